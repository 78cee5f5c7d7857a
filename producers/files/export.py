"""Mode snapshot over a whole file: every row is compared with what is known of its entity, and the missing rows are
named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from producers.files.chunks import Chunk
from producers.files.columns import Source
from producers.files.comparison import Differences, Novelty, ToWrite
from producers.files.faults import Fault, Rejected, place
from producers.files.snapshot import Compared, Told
from producers.files.statements import Translated
from producers.known import Known, KnownFact
from producers.publish import Publishes, Statement
from schemas.catalogue import COMPLAINTS, EventType, Family
from schemas.errors import BadInput
from schemas.ids import entity_id


@dataclass
class _Entity:
    """What the row of an entity says: statements with their ids, and the index of the row in the chunk."""

    family: Family
    row: int
    told: list[Told] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


class ExportComparison:
    """`Comparison` of mode snapshot: a row is the present state of its entity at the time of the export."""

    def __init__(self, known: Known, publisher: Publishes, source: str) -> None:
        self._known, self._publisher, self._source = known, publisher, source
        self._novelty = Novelty(known, publisher)
        self._seen: set[str] = set()
        self._differences = Differences()

    def compare(self, translated: Translated, chunk: Chunk, source: Source) -> ToWrite:
        """See `Comparison`."""
        repeated: Counter[str] = Counter()
        fresh = self._novelty.fresh((each for each in translated.stated if each.distinct), repeated)
        twice = self._twice(translated)
        rejected = [_rejected(chunk, source, row, _TWICE) for row in sorted(twice)]
        changes: dict[EventType, list[Statement]] = {}
        for entity, compared in self._compared(translated, twice):
            found = [] if compared is None else compared.differences()
            if compared is not None and found and compared.outdated:
                rejected.append(_rejected(chunk, source, entity.row, _OUTDATED))
            else:
                self._count(entity, compared, found, repeated)
                for event, told in found:
                    changes.setdefault(event, []).append(told)
        return ToWrite([*((each.event, each.frame) for each in fresh), *changes.items()], repeated, rejected)

    def finished(self) -> Differences:
        """See `Comparison`: with the vanished entities."""
        known = self._known.entities(COMPLAINTS, self._source)
        self._differences.vanished = sorted(set(known) - self._seen)
        return self._differences

    def _twice(self, translated: Translated) -> set[int]:
        """Rows of entities that an earlier row has shown: which of the two would be the present state?"""
        twice = set()
        for row, ref in enumerate(translated.refs.to_list()):
            if ref is None:
                continue
            entity = entity_id(self._source, ref)
            if entity in self._seen:
                twice.add(row)
            self._seen.add(entity)
        return twice

    def _compared(self, translated: Translated, twice: set[int]) -> Iterable[tuple[_Entity, Compared | None]]:
        """Each entity with what is known of it; None when that is exactly what its row says."""
        entities = self._entities(translated, twice)
        known: dict[str, set[str]] = {}
        for family in dict.fromkeys(each.family for each in entities.values()):
            known |= self._known.ids(family, [key for key, each in entities.items() if each.family is family])
        differing = {key: each for key, each in entities.items() if set(each.ids) != known.get(key)}
        facts: dict[str, Sequence[KnownFact]] = {}
        for family in dict.fromkeys(each.family for each in differing.values()):
            facts.update(self._known.facts(family, [key for key, each in differing.items() if each.family is family]))
        for key, each in entities.items():
            if key not in differing:
                yield each, None
                continue
            changed_at = None if translated.changed_at is None else translated.changed_at[each.row]
            exported_at = each.told[0][1]["revised_at"]
            yield (
                each,
                Compared(
                    each.told,
                    facts.get(key, ()),
                    known.get(key, set()),
                    exported_at,
                    changed_at,
                    self._publisher.event_ids,
                ),
            )

    def _entities(self, translated: Translated, twice: set[int]) -> dict[str, _Entity]:
        entities: dict[str, _Entity] = {}
        for stated in translated.stated:
            if stated.distinct:
                continue
            ids, key = self._publisher.event_ids(stated.event, stated.frame), stated.event.family.key
            for told, identity, row in zip(stated.frame.to_dicts(), ids, stated.rows.to_list(), strict=True):
                if row not in twice:
                    entity = entities.setdefault(told[key], _Entity(stated.event.family, row))
                    entity.told.append((stated.event, told))
                    entity.ids.append(identity)
        return entities

    def _count(self, entity: _Entity, compared: Compared | None, found: list[Told], repeated: Counter[str]) -> None:
        known = set(entity.ids) if compared is None or (compared.known_ids and not found) else compared.known_ids
        names = zip(entity.told, entity.ids, strict=True)
        repeated.update(event.name for (event, _), identity in names if identity in known)
        if not known:
            self._differences.new += 1
        elif found:
            self._differences.changed += 1
        else:
            self._differences.unchanged += 1


_TWICE = Fault(
    "twice",
    "the record stands in this export before",
    "one row, the present state, of each record",
    'use mode = "log" where each row is a fact of its own',
)
_OUTDATED = Fault(
    "outdated",
    "a later export has spoken of this record already",
    "exports in the order of their time",
    "this row would undo what the later one said; state what is missing by a correction",
)


def _rejected(chunk: Chunk, source: Source, index: int, fault: Fault) -> Rejected:
    row = int(chunk.numbers[index])
    where, code = place(source.file, source.sheet, row), f"input.row.{fault.code}"
    error = BadInput(fault.what, code=code, where=where, expected=fault.expected, remedy=fault.remedy, row=row)
    return Rejected(row, (error,), chunk.original(index))
