"""What a source has stated before, as a feed may ask for it. `linli` passes in the real one, which reads the facts.

It saves writing what is in the log already, and in snapshot mode it is what an export is compared with. It must be up
to date when it is asked: the real one waits until the projections have reached the ends of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from schemas.catalogue import EventType, Family


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact in the log: `values` as decoded (instants int microseconds, encrypted fields bytes)."""

    event: EventType
    event_id: str
    values: Mapping[str, Any]

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Its place in the order within an entity: occurred_at, life-cycle rank, revised_at (nulls first), event id."""
        revised = self.values.get("revised_at")
        return self.values["occurred_at"], self.event.rank, -1 if revised is None else revised, self.event_id


class Known(Protocol):
    """Facts by entity."""

    def ids(self, family: Family, entities: Sequence[str]) -> Mapping[str, set[str]]:
        """Event ids of all facts of these entities, in effect or not; entities without any are left out."""
        ...

    def facts(self, family: Family, entities: Sequence[str]) -> Mapping[str, Sequence[KnownFact]]:
        """Their facts that are in effect (not superseded, annulled or outdated), in entity order."""
        ...

    def entities(self, family: Family, source: str) -> Iterable[str]:
        """Ids of all entities of a family that a source has stated anything about."""
        ...


class NothingKnown:
    """`Known` that knows nothing: everything is written, and what was in the log already counts once all the same."""

    def ids(self, family: Family, entities: Sequence[str]) -> Mapping[str, set[str]]:  # noqa: ARG002
        """See `Known`."""
        return {}

    def facts(self, family: Family, entities: Sequence[str]) -> Mapping[str, Sequence[KnownFact]]:  # noqa: ARG002
        """See `Known`."""
        return {}

    def entities(self, family: Family, source: str) -> Iterable[str]:  # noqa: ARG002
        """See `Known`."""
        return ()


@dataclass
class MemoryKnown:
    """`Known` over facts in memory; `add` them in any order. `in_effect`: those facts of one entity that count, in
    order.
    """

    in_effect: Callable[[Iterable[KnownFact]], list[KnownFact]]
    stated: dict[tuple[str, str], dict[str, KnownFact]] = field(default_factory=dict)

    def add(self, fact: KnownFact) -> None:
        """A fact as it stands in the log; a repeated one changes nothing."""
        family = fact.event.family
        self.stated.setdefault((family.name, fact.values[family.key]), {}).setdefault(fact.event_id, fact)

    def ids(self, family: Family, entities: Sequence[str]) -> Mapping[str, set[str]]:
        """See `Known`."""
        return {entity: set(facts) for entity in entities if (facts := self.stated.get((family.name, entity)))}

    def facts(self, family: Family, entities: Sequence[str]) -> Mapping[str, Sequence[KnownFact]]:
        """See `Known`."""
        found = {entity: self.stated.get((family.name, entity)) for entity in entities}
        return {entity: self.in_effect(facts.values()) for entity, facts in found.items() if facts}

    def entities(self, family: Family, source: str) -> Iterable[str]:
        """See `Known`."""
        return [entity for name, entity in self.stated if name == family.name and entity.startswith(f"{source}:")]
