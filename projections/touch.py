"""The only way in which rows change: an entity's rows are derived from all its facts, roll-ups move by the difference.

touch(keys, new facts), inside one transaction whose first statement moved the position:

    1 append the new facts, read the entities' complete facts back
    2 decode them as blocks; drop repeats, annulled and superseded ones; sort
    3 rows(facts); and the rows as they stand in the table
    4 cells(rows) − cells(stored rows), summed
    5 write rows, delete those no longer derived; add to cells in key order

Nothing here depends on the order in which facts arrive, or on how often: State = f(set of events). "Before" is what stands
in the table, never derived again, since rules may have changed since. Tables are written in one fixed order, entities first
and roll-ups last, each in key order, so that workers on other partitions wait for each other instead of dead-locking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import polars as pl

from projections import heads
from projections.batch import OFFSET, facts_frame
from projections.cells import difference

if TYPE_CHECKING:
    from projections.heads import Blobs
    from projections.model import Projection, RollUp, Table
    from projections.store import Tables
    from schemas.catalogue import EventType, Family
    from schemas.codec import Schemas

EVERY_OFFSET = 2**63 - 1


class ValidFacts(Protocol):
    """`projections.facts.valid_facts`: (facts in entity order, repeats with key and `_offset`, irregularities)."""

    def __call__(
        self, frames: Sequence[tuple[EventType, pl.DataFrame]], family: Family
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]: ...


@dataclass(frozen=True, slots=True)
class Derivation:
    """What is derived: the schemas that facts are decoded with, what makes a fact count, projections and roll-ups."""

    schemas: Schemas
    valid_facts: ValidFacts
    projections: tuple[Projection, ...]
    roll_ups: tuple[RollUp, ...]

    def of(self, family: Family) -> list[Projection]:
        """The projections of a family, in the order in which their tables are written."""
        return [projection for projection in self.projections if projection.family == family]

    def over(self, projection: Projection) -> list[RollUp]:
        """The roll-ups over a projection's rows."""
        return [roll_up for roll_up in self.roll_ups if roll_up.over == projection.table.name]

    @property
    def tables(self) -> dict[str, Table]:
        """Projection or roll-up → its table, entities first."""
        rows = {projection.name: projection.table for projection in self.projections}
        return rows | {roll_up.name: roll_up.table for roll_up in self.roll_ups}


@dataclass(frozen=True, slots=True)
class NewFacts:
    """Facts (columns `batch.FACTS`) that are not stored yet, with their decoded frames; all at `since` or later in their
    partition.
    """

    facts: pl.DataFrame = field(default_factory=facts_frame)
    frames: Mapping[int, pl.DataFrame] = field(default_factory=dict)
    since: int = EVERY_OFFSET


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of one projection's table."""

    table: Table
    rows: pl.DataFrame
    gone: pl.DataFrame


def touch(
    tables: Tables, derivation: Derivation, family: Family, new: NewFacts = NewFacts(), keys: Sequence[str] = ()
) -> int:
    """Bring the rows of entities up to date: those that new facts are about, and those named by `keys`.

    Returns how many of the new facts were repeats.
    """
    # 1 append the new facts, read the entities' complete facts back
    complete = _appended(tables, family, new, keys)
    # 2 decode them as blocks; drop repeats, annulled and superseded ones; sort
    frames = list(_decoded(derivation.schemas, complete, new))
    facts, repeats, _ = derivation.valid_facts(frames, family)
    repeated = _take_out(tables, family, complete, repeats)
    changes: list[_Change] = []
    cells: list[tuple[Table, pl.DataFrame]] = []
    for projection in derivation.of(family):
        # 3 rows(facts); and the rows as they stand in the table
        roll_ups = derivation.over(projection)
        rows = _rows(projection, facts)
        stored = tables.rows(projection.table, complete.keys, _read(projection.table, roll_ups))
        # 4 cells(rows) − cells(stored rows), summed
        cells += [(roll_up.table, difference(roll_up, rows, stored)) for roll_up in roll_ups]
        changes.append(_Change(projection.table, rows, _gone(projection.table, rows, stored)))
    # 5 write rows, delete those no longer derived; add to cells in key order
    _write(tables, changes, cells, [roll_up.table.name for roll_up in derivation.roll_ups])
    return repeated


def _appended(tables: Tables, family: Family, new: NewFacts, keys: Sequence[str]) -> Blobs:
    added = heads.pack(new.facts)
    complete = tables.append(family, added) if added.keys else added
    others = sorted(set(keys) - set(added.keys))
    return heads.merged(complete, tables.facts(family, others)) if others else complete


def _decoded(schemas: Schemas, complete: Blobs, new: NewFacts) -> Iterator[tuple[EventType, pl.DataFrame]]:
    """Frames of all facts: the stored ones decoded now, the new ones as they came."""
    for run in heads.runs(complete, new.since):
        yield schemas.by_id(run.schema_id).event, heads.decoded(schemas, run)
    for schema_id, decoded in new.frames.items():
        yield schemas.by_id(schema_id).event, decoded


def _take_out(tables: Tables, family: Family, complete: Blobs, repeats: pl.DataFrame) -> int:
    """Take repeats out of the stored facts; only the one at the lowest offset stays."""
    if not repeats.height:
        return 0
    taken_out: dict[str, set[int]] = {}
    for key, offset in repeats.select("key", OFFSET).iter_rows():
        taken_out.setdefault(key, set()).add(offset)
    tables.replace(family, heads.without(complete, taken_out))
    return repeats.height


def _rows(projection: Projection, facts: pl.DataFrame) -> pl.DataFrame:
    """The projection's rows in key order; TypeError when they are not as its table says."""
    rows, table = projection.rows(facts), projection.table
    if dict(rows.schema) != table.schema:
        wrong = [name for name in table.names if rows.schema.get(name) != table.schema[name]]
        raise TypeError(f"projection {projection.name}: rows must have the columns of table {table.name}; see {wrong}")
    return rows.sort(table.key)


def _read(table: Table, roll_ups: Sequence[RollUp]) -> tuple[str, ...]:
    """The key and whatever the roll-ups look at, in the order of the table."""
    wanted = {*table.key}.union(*(roll_up.reads for roll_up in roll_ups))
    return tuple(name for name in table.names if name in wanted)


def _gone(table: Table, rows: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    return stored.select(table.key).join(rows.select(table.key), on=table.key, how="anti").sort(table.key)


def _write(
    tables: Tables, changes: Sequence[_Change], cells: Sequence[tuple[Table, pl.DataFrame]], order: Sequence[str]
) -> None:
    for change in changes:
        if change.rows.height:
            tables.write(change.table, change.rows)
        if change.gone.height:
            tables.delete(change.table, change.gone)
    for table, differences in sorted(cells, key=lambda pair: order.index(pair[0].name)):
        if differences.height:
            tables.add(table, differences)
