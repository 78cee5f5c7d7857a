"""What of a chunk is still to be written: what many rows say once, and nothing that the log has already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from producers.files.chunks import Chunk
from producers.files.columns import Source
from producers.files.faults import Rejected
from producers.files.statements import Stated, Translated
from producers.known import Known
from producers.publish import Publishes, Statements
from schemas.catalogue import EventType, Family

_NAMED = 100


@dataclass
class Differences:
    """Mode snapshot: how many entities are new, changed or unchanged, and which known ones the export no longer has."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Counts, and the first hundred vanished ones by id."""
        counts = {"new": self.new, "changed": self.changed, "unchanged": self.unchanged, "vanished": len(self.vanished)}
        return {**counts, "vanished_ids": self.vanished[:_NAMED]}


@dataclass(frozen=True, slots=True)
class ToWrite:
    """`stated`: what is new, by type. `repeated`: statements by type that the log has. `rejected`: rows that cannot
    be compared.
    """

    stated: list[tuple[EventType, Statements]]
    repeated: Counter[str]
    rejected: list[Rejected] = field(default_factory=list)


class Comparison(Protocol):
    """Over all chunks of one import."""

    def compare(self, translated: Translated, chunk: Chunk, source: Source) -> ToWrite:
        """What of a chunk is to be written."""
        ...

    def finished(self) -> Differences | None:
        """The summary, once all rows have been seen; None in mode log."""
        ...


class Novelty:
    """`Comparison` of mode log: each row states facts, and those that are known already are repetitions."""

    def __init__(self, known: Known, publisher: Publishes) -> None:
        self._known, self._publisher = known, publisher
        self._distinct: set[str] = set()

    def compare(self, translated: Translated, chunk: Chunk, source: Source) -> ToWrite:  # noqa: ARG002
        """See `Comparison`."""
        repeated: Counter[str] = Counter()
        fresh = self.fresh(translated.stated, repeated)
        return ToWrite([(each.event, each.frame) for each in fresh], repeated)

    def finished(self) -> None:
        """See `Comparison`."""
        return

    def fresh(self, stated: Iterable[Stated], repeated: Counter[str]) -> list[Stated]:
        """Without what earlier rows of the file said for all, and without what the log has, which is counted."""
        once = [self._once(each) if each.distinct else each for each in stated]
        known = self._ids(once)
        return [self._unknown(each, known[each.event.family], repeated) for each in once]

    def _once(self, stated: Stated) -> Stated:
        ids = self._publisher.event_ids(stated.event, stated.frame)
        fresh = [index for index, identity in enumerate(ids) if identity not in self._distinct]
        self._distinct.update(ids)
        return stated.chosen(fresh)

    def _ids(self, stated: Iterable[Stated]) -> dict[Family, Mapping[str, set[str]]]:
        """What is known of all entities; those of one family are asked for together."""
        entities: dict[Family, list[pl.Series]] = {}
        for each in stated:
            entities.setdefault(each.event.family, []).append(each.entities)
        keys = {family: pl.concat(some).unique(maintain_order=True).to_list() for family, some in entities.items()}
        return {family: self._known.ids(family, some) if some else {} for family, some in keys.items()}

    def _unknown(self, stated: Stated, known: Mapping[str, set[str]], repeated: Counter[str]) -> Stated:
        """Ids are only computed for entities about which anything is known."""
        if not known:
            return stated
        entities = stated.entities.to_list()
        suspects = [index for index, entity in enumerate(entities) if entity in known]
        if not suspects:
            return stated
        ids = self._publisher.event_ids(stated.event, stated.chosen(suspects).frame)
        again = {index for index, identity in zip(suspects, ids, strict=True) if identity in known[entities[index]]}
        repeated[stated.event.name] += len(again)
        return stated.chosen([index for index in range(len(entities)) if index not in again])
