"""Response times 时长: how many cases and dispatches took how long in each stage, as log-bucket counts by day.

Stages of cases are summed by category, stages of dispatches by handling unit, both by the local day of filing. Other
slices (a stage of dispatches by category, a stage of cases by unit, by place…) come from the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from projections.buckets import bucket
from projections.model import Column, RollUp, Table

STAGES_OF_CASES: Final = ("filed_to_closed", "filed_to_dispatched", "handled_to_followed_up")
STAGES_OF_DISPATCHES: Final = ("dispatched_to_signed", "dispatched_to_handled")
STAGES: Final = ("filed_to_closed", "filed_to_dispatched", *STAGES_OF_DISPATCHES, "handled_to_followed_up")
"""All stages, in the order of a case's life."""

_CATEGORY: Final = Column("category", pl.String, "Category; empty: none.", "事项类别")
_PARTY: Final = Column("party_id", pl.String, "Handling unit; empty: none.", "承办单位")


def timed(stages: tuple[str, ...], dimension: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Each stage that a row went through, with stated times, as a cell; rows without a founding fact are in none."""

    def cells(rows: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([_stage(rows, stage, dimension) for stage in stages])

    return cells


def _stage(rows: pl.DataFrame, stage: str, dimension: str) -> pl.DataFrame:
    took = rows[f"{stage}_seconds"]
    went = rows.filter(took.is_not_null() & rows["filed_day"].is_not_null())
    return went.select(
        pl.col("filed_day").alias("day"),
        pl.col(dimension).fill_null(""),
        pl.lit(stage).alias("stage"),
        bucket(went[f"{stage}_seconds"]).alias("bucket"),
        pl.lit(1, pl.Int64).alias("n"),
    )


def _table(name: str, dimension: Column) -> Table:
    columns = (
        Column("day", pl.Date, "Local day of filing.", "受理日"),
        dimension,
        Column("stage", pl.String, "Stage, such as filed_to_closed.", "环节"),
        Column("bucket", pl.Int16, "Logarithmic bucket of the seconds, see projections.buckets.", "对数区间"),
        Column("n", pl.Int64, "Cases or dispatches.", "件数"),
    )
    return Table(name, ("day", dimension.name, "stage", "bucket"), columns)


def _roll_up(name: str, over: str, stages: tuple[str, ...], dimension: Column) -> RollUp:
    reads = ("filed_day", dimension.name, *(f"{stage}_seconds" for stage in stages))
    return RollUp(name, 1, over, reads, _table(name, dimension), timed(stages, dimension.name))


RESPONSE_TIMES_BY_CATEGORY: Final = _roll_up("response_times_by_category", "cases", STAGES_OF_CASES, _CATEGORY)
RESPONSE_TIMES_BY_UNIT: Final = _roll_up("response_times_by_unit", "dispatches", STAGES_OF_DISPATCHES, _PARTY)
