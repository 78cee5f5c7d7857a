"""Mode snapshot: what changed between what a source has stated of an entity and the present state that an export
shows.

An export repeats most of what is known. Compared is by identity: a statement with the same values has the same event
id, so nothing has to be decrypted. What differs becomes the event that says so (Reclassified 改类, Relocated 改址,
Reopened 重开, the end of the case), and otherwise a statement that takes the place of the earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from producers.known import KnownFact
from producers.publish import Statement
from schemas.catalogue import EventType, event_type

Told = tuple[EventType, Statement]

FILED, CLASSIFIED, LOCATED, REOPENED = (
    event_type(f"linli.complaints.Complaint{name}") for name in ("Filed", "Reclassified", "Relocated", "Reopened")
)
ENDS = frozenset(
    event_type(f"linli.complaints.Complaint{name}")
    for name in ("Closed", "Voided", "Withdrawn", "Refused", "AnsweredDirectly")
)
OPENS = frozenset({FILED, REOPENED, event_type("linli.complaints.ComplaintReworked")})
ADDED = frozenset({event_type("linli.complaints.ComplaintNoteAdded")})
"""Types of which there may be any number, so that another one replaces none."""

_ENVELOPE = ("source", "source_ref", "case_id", "origin", "revised_at")
_CLASS = ("category", "request_type")
_PLACE = ("place_id", "lon", "lat", "crs")


@dataclass(frozen=True, slots=True)
class Compared:
    """One entity: what its row says (`told`), the facts about it that are in effect, in order, and the ids of all
    facts.

    `exported_at`, `changed_at` (when the source last changed the record, if it says): microseconds UTC. `ids`: the
    event ids that statements would have.
    """

    told: Sequence[Told]
    facts: Sequence[KnownFact]
    known_ids: set[str]
    exported_at: int
    changed_at: int | None
    ids: Callable[[EventType, Sequence[Statement]], list[str]]

    def differences(self) -> list[Told]:
        """What has to be stated so that the facts say what the row says; nothing when they do."""
        found = [*self._filed(), *self._others(), *self._ends()]
        if not self.known_ids:
            return found
        return [(event, told) for event, told in found if self.ids(event, [told])[0] not in self.known_ids]

    @property
    def outdated(self) -> bool:
        """Whether a newer export has spoken of the entity already."""
        return any((fact.values.get("revised_at") or 0) > self.exported_at for fact in self.facts)

    def _filed(self) -> Iterator[Told]:
        """The founding statement, and how its class and its place have changed since."""
        told = next((told for event, told in self.told if event is FILED), None)
        if told is None:
            return
        fact = next(
            (fact for fact in self.facts if fact.event is FILED and fact.values["source"] == told["source"]), None
        )
        if fact is None:
            yield FILED, told
            return
        kept = [*_CLASS, *_PLACE, *(["sub_status"] if self._has_moved() else [])]
        carried = {**told, **{name: fact.values.get(name) for name in kept}}
        if not self._same(FILED, carried, fact):
            again = self.ids(FILED, [carried])[0] in self.known_ids
            yield FILED, {**carried, "supersedes": [fact.event_id]} if again else carried
        yield from self._changed(told, CLASSIFIED, _CLASS)
        yield from self._changed(told, LOCATED, _PLACE)

    def _has_moved(self) -> bool:
        """Whether the case has left the state in which it was filed: then its words for states stand elsewhere."""
        ended = any(event in ENDS for event, _ in self.told)
        return ended or any(fact.event in ENDS or fact.event in OPENS - {FILED} for fact in self.facts)

    def _changed(self, told: Statement, event: EventType, names: Sequence[str]) -> Iterator[Told]:
        if any(each is event for each, _ in self.told):
            return
        now: Statement = {}
        for fact in self.facts:
            if fact.event is FILED:
                now = {name: fact.values.get(name) for name in names}
            elif fact.event is event:
                now |= {
                    name: value for name in names if (value := fact.values.get(name)) is not None or event is LOCATED
                }
        if any(told.get(name) != now.get(name) for name in names):
            yield event, {**self._envelope(told), **{name: told.get(name) for name in names}}

    def _envelope(self, told: Statement) -> Statement:
        """A change that only the comparison shows: at the time the source states for it, else at that of the export,
        assumed.
        """
        same: Statement = {name: told[name] for name in _ENVELOPE if name in told}
        last = max((fact.values["occurred_at"] for fact in self.facts if fact.event in ENDS | OPENS), default=0)
        if self.changed_at is not None and last <= self.changed_at <= self.exported_at:
            return {**same, "occurred_at": self.changed_at}
        return {**same, "occurred_at": self.exported_at, "occurred_at_basis": "assumed"}

    def _others(self) -> Iterator[Told]:
        """Statements of other types: new ones, and such that take the place of the one of their kind (and dispatch)."""
        slots: dict[tuple[EventType, str | None], list[Statement]] = {}
        for event, told in self.told:
            if event is not FILED and event not in ENDS:
                slots.setdefault((event, told.get("dispatch_id")), []).append(told)
        for (event, dispatch), statements in slots.items():
            facts = [fact for fact in self.facts if fact.event is event and fact.values.get("dispatch_id") == dispatch]
            for told in statements:
                if any(self._same(event, told, fact) for fact in facts):
                    continue
                replaced = len(facts) == 1 == len(statements) and event not in ADDED
                yield event, {**told, "supersedes": [facts[0].event_id]} if replaced else told

    def _ends(self) -> Iterator[Told]:
        """The end of a case, or that it is open again."""
        filed = next((told for event, told in self.told if event is FILED), None)
        ends = [(event, told) for event, told in self.told if event in ENDS]
        life = [fact for fact in self.facts if fact.event in ENDS or fact.event in OPENS]
        if ends:
            yield from self._ended(*max(ends, key=lambda each: (each[1]["occurred_at"], each[0].rank)), life)
        elif life and filed is not None and not any(event in OPENS - {FILED} for event, _ in self.told):
            yield from self._open(filed, life)

    def _ended(self, event: EventType, told: Statement, life: Sequence[KnownFact]) -> Iterator[Told]:
        last = life[-1] if life else None
        if last is not None and last.event in ENDS and self._same(event, told, last):
            return
        moment = (told["occurred_at"], event.rank)
        against = {fact.event_id for fact in life if fact.order[:2] > moment and fact.event is not FILED}
        if last is not None and last.event in ENDS:
            against.add(last.event_id)
        yield event, {**told, "supersedes": sorted(against)} if against else told

    def _open(self, filed: Statement, life: Sequence[KnownFact]) -> Iterator[Told]:
        last, word = life[-1], filed.get("sub_status")
        if last.event in ENDS:
            told = {**self._envelope(filed), "sub_status": word}
            later = last.order[:2] > (told["occurred_at"], REOPENED.rank)
            yield REOPENED, {**told, "supersedes": [last.event_id]} if later else told
        elif last.event is REOPENED and last.values.get("sub_status") != word:
            same = {name: last.values.get(name) for name in ("occurred_at", "occurred_at_basis", "reason")}
            yield REOPENED, {**self._envelope(filed), **same, "sub_status": word, "supersedes": [last.event_id]}

    def _same(self, event: EventType, told: Statement, fact: KnownFact) -> bool:
        """Whether a statement says what a fact says; times that only an export's date stands for are not compared."""
        if event is not fact.event:
            return False
        if fact.values.get("supersedes"):
            told = {**told, "supersedes": list(fact.values["supersedes"])}
        if told.get("occurred_at_basis") == "assumed" == fact.values.get("occurred_at_basis"):
            told = {**told, "occurred_at": fact.values["occurred_at"]}
        return self.ids(event, [told])[0] == fact.event_id
