"""What a projection and a roll-up are: plain values that the one writer (`touch`) carries out.

Adding a projection: one file that holds such a value, and one line in `projections.PROJECTIONS` or `ROLL_UPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from schemas.catalogue import Family

TIMESTAMP = pl.Datetime("us", "UTC")
"""The dtype of every instant in a row: microseconds, UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its dtype in frames, its documentation. The SQL type follows from the dtype."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of rows: `key` names the primary key, whose first column is the entity's id (rows) or coarsest
    dimension (cells).
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """Column name → dtype, in order: what a frame of this table must look like."""
        return {column.name: column.dtype for column in self.columns}

    def frame(self, columns: Mapping[str, pl.Series] | None = None) -> pl.DataFrame:
        """A frame of this table from its columns, in any order; without columns: without rows."""
        if columns is None:
            return pl.DataFrame(schema=self.schema)
        return pl.DataFrame({name: columns[name].rename(name) for name in self.names}).cast(pl.Schema(self.schema))


@dataclass(frozen=True, slots=True)
class Projection:
    """Rows derived from all facts of an entity.

    `rows(facts)`: `facts` is one frame of all valid facts (annulled, superseded and repeated ones taken out) of the
    touched entities, in entity order (see `projections.facts`); the result has exactly the columns of `table`, one or
    more rows an entity, none for an entity that has nothing to show. Pure: no clock, no random number, no other
    entity's row. `version` changes whenever the same facts would yield other rows.
    """

    name: str
    version: int
    family: Family
    table: Table
    rows: Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class RollUp:
    """Sums over rows. `cells(rows)` maps rows of the table `over` to (dimensions, measures), not yet summed.

    `reads`: the columns of `over` that `cells` looks at; `cells` gets just these, so that the stored rows can be read
    back cheaply. `table.key` are the dimensions, the remaining columns are integer measures. A table belongs to one
    roll-up.
    """

    name: str
    version: int
    over: str
    reads: tuple[str, ...]
    table: Table
    cells: Callable[[pl.DataFrame], pl.DataFrame]
