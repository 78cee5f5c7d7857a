"""Reporting periods 统计周期: how days, weeks, months… are cut and named, and those that are given one by one."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import BASIS, NAMES, NUMBER, RULE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from schemas.catalogue import RULES as FAMILY

PERIODS_TABLE: Final = Table(
    "periods",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        Column("period", pl.String, "Code of the period, as reports name it.", "周期代码"),
        *NAMES,
        Column("kind", pl.String, "day, week, month, quarter, half_year, year, or listed.", "周期类型"),
        Column("time_zone", pl.String, "Zone in which it is cut; null: that of the source.", "时区"),
        Column(
            "cut_minute", pl.Int32, "Minute of the local day at which one ends; 0 where not stated.", "分界时刻（分钟）"
        ),
        Column(
            "cut_weekday", pl.Int32, "Day of the week with which one begins, 1 to 7; 1 where not stated.", "分界星期"
        ),
        Column("cut_day", pl.Int32, "Day of the month with which one begins; 1 where not stated.", "分界日"),
        Column("cut_month", pl.Int32, "Month with which the first of a year begins; 1 where not stated.", "分界月"),
        Column("labelled_by", pl.String, "Named after its start or end; start where not stated.", "命名依据"),
        Column("label_format", pl.String, "How that is written, as for strftime; null: as usual.", "标签格式"),
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)
PERIOD_INTERVALS_TABLE: Final = Table(
    "period_intervals",
    ("rule_id", "number"),
    (
        RULE,
        NUMBER,
        Column("label", pl.String, "Name of the period.", "标签"),
        Column("from_day", pl.Date, "First local day; cut_minute applies.", "起始日"),
        Column("to_day", pl.Date, "First local day after it; cut_minute applies.", "截止日"),
    ),
)
_DEFAULTS: Final = {"cut_minute": 0, "cut_weekday": 1, "cut_day": 1, "cut_month": 1, "labelled_by": "start"}


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per definition, as last stated, until the earliest day on which it ends."""
    return register_rows(facts, PERIODS_TABLE, "PeriodDefined", "RuleEnded", defaults=_DEFAULTS)


def intervals(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per definition and period given by itself."""
    return entry_rows(facts, PERIOD_INTERVALS_TABLE, "PeriodDefined", "intervals")


PERIODS: Final = Projection("periods", 1, FAMILY, PERIODS_TABLE, rows)
PERIOD_INTERVALS: Final = Projection("period_intervals", 1, FAMILY, PERIOD_INTERVALS_TABLE, intervals)
