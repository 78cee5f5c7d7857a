"""What a source has stated before, read from the facts in PostgreSQL: the real `producers.known.Known`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from producers.known import KnownFact
from projections.annulments import standing
from projections.batch import Fact
from schemas.catalogue import Family
from schemas.codec import Schemas
from schemas.errors import Unavailable

Positions = Mapping[tuple[str, int], int]
"""(topic, partition) → next offset."""

POLL_SECONDS = 0.1


class FactsReader(Protocol):
    """What is asked of the store."""

    def read_facts(self, family: Family, keys: Sequence[str] | None = None) -> Iterator[tuple[str, list[Fact]]]:
        """Entity → its facts, in the order of their offsets; of all entities when `keys` is None."""
        ...


@dataclass(frozen=True)
class StoredKnown:
    """`Known` over the facts of the live schema. Call `wait` before it is asked anything."""

    reader: FactsReader
    schemas: Schemas

    def ids(self, family: Family, entities: Sequence[str]) -> Mapping[str, set[str]]:
        """See `Known`."""
        return {key: {fact.event_id for fact in facts} for key, facts in self.reader.read_facts(family, entities)}

    def facts(self, family: Family, entities: Sequence[str]) -> Mapping[str, Sequence[KnownFact]]:
        """See `Known`."""
        if not entities:
            return {}
        return {key: in_effect(self._decoded(facts)) for key, facts in self.reader.read_facts(family, entities)}

    def entities(self, family: Family, source: str) -> Iterable[str]:
        """See `Known`."""
        return (key for key, _ in self.reader.read_facts(family) if key.startswith(f"{source}:"))

    def _decoded(self, facts: Sequence[Fact]) -> list[KnownFact]:
        """Each once: of repeats the one at the lowest offset counts."""
        first: dict[str, Fact] = {}
        for fact in sorted(facts, key=lambda fact: fact.offset):
            first.setdefault(fact.event_id, fact)
        schemas = {fact.schema_id: self.schemas.by_id(fact.schema_id) for fact in first.values()}
        return [
            KnownFact(schemas[fact.schema_id].event, fact.event_id, schemas[fact.schema_id].decode(fact.body))
            for fact in first.values()
        ]


def wait(
    ends: Positions,
    positions: Callable[[], Positions],
    patience: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Until the projections have reached these ends of the log.

    Unavailable `part.behind` when they have not moved for `patience` seconds.
    """
    moved, last = clock(), -1
    while (behind := _behind(ends, positions())) > 0:
        if behind != last:
            moved, last = clock(), behind
        elif clock() - moved >= patience:
            raise Unavailable(
                f"{behind:,} events in the log are not projected yet, and nothing moves",
                code="part.behind",
                remedy="run `linli work`, and import again",
                behind=behind,
            )
        pause(POLL_SECONDS)


def _behind(ends: Positions, positions: Positions) -> int:
    return sum(max(0, end - positions.get(place, 0)) for place, end in ends.items())


def in_effect(facts: Iterable[KnownFact]) -> list[KnownFact]:
    """Those facts of one entity that count, in entity order (design §3): neither annulled nor superseded and, of a
    type that occurs once in a life, of each source the statement with the greatest (revised_at, event id).
    """
    stated = {fact.event_id: fact for fact in facts}
    naming = {name: names for name, fact in stated.items() if any(names := _named(fact))}
    out = standing(naming, stated.keys()).taken_out
    kept = (fact for name, fact in stated.items() if name not in out and fact.event.name != "EventAnnulled")
    valid = sorted(kept, key=lambda fact: fact.order)
    latest = {(fact.event, fact.values["source"]): fact for fact in sorted(valid, key=lambda fact: fact.order[2:])}
    return [fact for fact in valid if not fact.event.once or latest[fact.event, fact.values["source"]] is fact]


def _named(fact: KnownFact) -> tuple[Sequence[str], Sequence[str]]:
    """What a fact takes out: targets of an annulment, superseded statements."""
    return fact.values.get("targets") or (), fact.values.get("supersedes") or ()
