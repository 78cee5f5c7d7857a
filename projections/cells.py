"""Roll-ups as differences: what changed rows add to cells and take from them, and what all rows sum to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from projections.model import RollUp, Table


def measures(table: Table) -> tuple[str, ...]:
    """The columns of a roll-up that are summed: all but its dimensions."""
    return tuple(name for name in table.names if name not in table.key)


def difference(roll_up: RollUp, rows: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """cells(rows) − cells(stored), summed, in key order; cells that do not change are left out.

    Both frames have at least the columns `roll_up.reads`; the result has those of `roll_up.table`.
    """
    names = measures(roll_up.table)
    gained, lost = _cells(roll_up, rows), _cells(roll_up, stored)
    return _summed(roll_up.table, pl.concat([gained, lost.with_columns(-pl.col(name) for name in names)]))


def recount(roll_up: RollUp, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of a complete set of rows, in key order: what the stored cells must be."""
    return _summed(roll_up.table, _cells(roll_up, rows))


def _cells(roll_up: RollUp, rows: pl.DataFrame) -> pl.DataFrame:
    return roll_up.cells(rows.select(roll_up.reads)).select(_columns(roll_up.table))


def _summed(table: Table, cells: pl.DataFrame) -> pl.DataFrame:
    names = measures(table)
    sums = cells.lazy().group_by(table.key).agg(pl.col(name).sum() for name in names)
    changed = sums.filter(pl.any_horizontal(pl.col(name) != 0 for name in names))
    return changed.sort(table.key).select(_columns(table)).collect()


def _columns(table: Table) -> list[pl.Expr]:
    return [pl.col(name).cast(dtype) for name, dtype in table.schema.items()]
