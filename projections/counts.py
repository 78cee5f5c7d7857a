"""Counts 计数: how many cases were filed per local day, place and category, and how many of them stand in which
status.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from projections.course import STATUSES
from projections.model import Column, RollUp, Table

_MEASURES: Final = (
    Column("cases", pl.Int64, "Cases filed.", "受理件数"),
    Column("open", pl.Int64, "Of these, open now.", "办理中"),
    Column("closed", pl.Int64, "Of these, closed.", "已结案"),
    Column("voided", pl.Int64, "Of these, voided, withdrawn or refused.", "作废"),
    Column("referred", pl.Int64, "Of these, passed on to a body outside.", "转出"),
)
_PLACE: Final = Column("place_id", pl.String, "Place; empty: unlocated.", "地点")
_CATEGORY: Final = Column("category", pl.String, "Category; empty: none.", "事项类别")


def counted_by(day: str, column: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Each filed case as a cell of its `day`, in `column` of the rows; what has no founding fact is in none."""

    def cells(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col(column).is_not_null()).select(
            pl.col(column).alias(day),
            pl.col("place_id").fill_null(""),
            pl.col("category").fill_null(""),
            pl.lit(1, pl.Int64).alias("cases"),
            *((pl.col("status") == status).cast(pl.Int64).alias(status) for status in STATUSES),
        )

    return cells


def _roll_up(name: str, day: Column, column: str) -> RollUp:
    dimensions = (day, _PLACE, _CATEGORY)
    table = Table(name, tuple(dimension.name for dimension in dimensions), (*dimensions, *_MEASURES))
    return RollUp(name, 1, "cases", (column, "place_id", "category", "status"), table, counted_by(day.name, column))


COUNTS_BY_DAY: Final = _roll_up("counts_by_day", Column("day", pl.Date, "Local day of filing.", "受理日"), "filed_day")
COUNTS_BY_NOON_DAY: Final = _roll_up(
    "counts_by_noon_day", Column("noon_day", pl.Date, "Noon-to-noon day of filing.", "受理日（12时至12时）"), "noon_day"
)
