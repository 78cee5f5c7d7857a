"""What a mapping comes to once it is held against the event catalogue: columns, and the expressions of every event."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from producers.files.chunks import Wanted
from producers.files.conditions import Condition
from producers.files.load import LoadedMapping
from producers.files.mapping import Mapping
from producers.files.templates import Template
from schemas.catalogue import EventType


@dataclass(frozen=True, slots=True)
class Typed:
    """A column that is read as `kind` (time, date, number, whole, boolean) instead of text; expressions call it
    `name`.
    """

    kind: str
    column: str

    @property
    def name(self) -> str:
        """How expressions call it."""
        return f"{self.kind}:{self.column}"


EXPORTED_AT = "@exported_at"
EXPORTED_TIME = Typed("time", EXPORTED_AT).name
"""The column of the export's time, Int64 microseconds UTC; null in mode log."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of an event. `columns`: what an error about it names. `required`: the event cannot be without it."""

    name: str
    expression: pl.Expr
    columns: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class EventPlan:
    """One kind of event that rows yield. `each`: the list whose items yield it. `distinct`: stated once, however many
    rows say the same (places, parties, zones). `hierarchy`: of a place, the tree in which its parent stands.
    """

    event: EventType
    each: str | None
    when: Condition
    fields: tuple[FieldPlan, ...]
    distinct: bool = False
    hierarchy: str | None = None


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """A level of the place tree; `unique`: its key identifies it without those of the levels above."""

    level: str
    key: Template
    unique: bool


@dataclass(frozen=True, slots=True)
class PartyPlan:
    """A body named by rows (or by the items of the list `each`)."""

    label: str
    key: Template
    each: str | None


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A responsibility: place level and party label of the same row."""

    place: str
    party: str
    duty: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that must be known to translate chunks. `texts`: columns used as text; `identifiers`: those that must keep
    every digit; `lists`: nested lists of the records.
    """

    mapping: LoadedMapping
    record_id: Template
    wanted: tuple[Wanted, ...]
    lists: tuple[str, ...]
    texts: frozenset[str]
    typed: frozenset[Typed]
    identifiers: frozenset[str]
    levels: tuple[LevelPlan, ...]
    parties: tuple[PartyPlan, ...]
    zones: tuple[ZonePlan, ...]
    events: tuple[EventPlan, ...]

    @property
    def rules(self) -> Mapping:
        """The mapping itself."""
        return self.mapping.rules
