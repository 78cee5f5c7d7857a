"""Calendars 工作日历: which days of a year are off or made up for 调休 in a region, and the office hours by season."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import BASIS, NUMBER, RULE, SOURCE, VALID_TO
from projections.lives import lives_of
from projections.local_days import DEFAULT_ZONE
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from projections.validity import as_stated
from schemas.catalogue import RULES as FAMILY

_PUBLISHED: Final = "CalendarPublished"
_REGION: Final = Column("region", pl.String, "Region, such as CN.", "地区")
_YEAR: Final = Column("year", pl.Int32, "Calendar year.", "年份")

CALENDARS_TABLE: Final = Table(
    "calendars",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        _REGION,
        _YEAR,
        Column("time_zone", pl.String, "Zone of its local days; Asia/Shanghai where not stated.", "时区"),
        *BASIS,
        VALID_TO,
    ),
)
CALENDAR_WEEKDAYS_TABLE: Final = Table(
    "calendar_weekdays",
    ("rule_id", "weekday"),
    (RULE, Column("weekday", pl.Int32, "Weekly day off: 1 Monday to 7 Sunday.", "每周休息日")),
)
CALENDAR_DAYS_TABLE: Final = Table(
    "calendar_days",
    ("rule_id", "day"),
    (
        RULE,
        Column("day", pl.Date, "Local day that is not as its day of the week.", "日期"),
        Column("kind", pl.String, "off 放假, or working 调休上班; working where both are stated.", "类型"),
        _REGION,
        _YEAR,
    ),
)
CALENDAR_HOURS_TABLE: Final = Table(
    "calendar_hours",
    ("rule_id", "number"),
    (
        RULE,
        NUMBER,
        Column("from_month_day", pl.String, "First day of the season, MM-DD.", "起始月日"),
        Column(
            "to_month_day", pl.String, "Last day of the season, MM-DD; before the first: over new year.", "截止月日"
        ),
        Column("from_minute", pl.Int32, "Begin, in minutes of the local day.", "上班（分钟）"),
        Column("to_minute", pl.Int32, "End, in minutes of the local day.", "下班（分钟）"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per calendar of a region and year, as last published."""
    defaults = {"time_zone": DEFAULT_ZONE}
    return register_rows(facts, CALENDARS_TABLE, _PUBLISHED, "RuleEnded", defaults=defaults)


def weekdays(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per calendar and weekly day off."""
    lives = lives_of(facts)
    if not lives.count:
        return CALENDAR_WEEKDAYS_TABLE.frame()
    told = as_stated(lives, lives.of(_PUBLISHED), ("weekly_days_off",))
    each = _exploded(told, "weekly_days_off").rename({"key": "rule_id", "weekly_days_off": "weekday"})
    return CALENDAR_WEEKDAYS_TABLE.frame(each.unique(("rule_id", "weekday")).to_dict())


def days(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per calendar and day that is not as its day of the week."""
    lives = lives_of(facts)
    if not lives.count:
        return CALENDAR_DAYS_TABLE.frame()
    told = as_stated(lives, lives.of(_PUBLISHED), ("region", "year", "days_off", "working_days"))
    kinds = {"days_off": "off", "working_days": "working"}
    each = [
        _exploded(told, field).select(
            pl.col("key").alias("rule_id"), pl.col(field).alias("day"), pl.lit(kind).alias("kind"), "region", "year"
        )
        for field, kind in kinds.items()
    ]
    one_a_day = pl.concat(each).unique(("rule_id", "day"), keep="last", maintain_order=True)
    return CALENDAR_DAYS_TABLE.frame(one_a_day.to_dict())


def hours(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per calendar and stretch of office hours."""
    return entry_rows(facts, CALENDAR_HOURS_TABLE, _PUBLISHED, "office_hours")


def _exploded(told: pl.DataFrame, field: str) -> pl.DataFrame:
    return told.filter(pl.col(field).list.len() > 0).explode(field)


CALENDARS: Final = Projection("calendars", 1, FAMILY, CALENDARS_TABLE, rows)
CALENDAR_WEEKDAYS: Final = Projection("calendar_weekdays", 1, FAMILY, CALENDAR_WEEKDAYS_TABLE, weekdays)
CALENDAR_DAYS: Final = Projection("calendar_days", 1, FAMILY, CALENDAR_DAYS_TABLE, days)
CALENDAR_HOURS: Final = Projection("calendar_hours", 1, FAMILY, CALENDAR_HOURS_TABLE, hours)
