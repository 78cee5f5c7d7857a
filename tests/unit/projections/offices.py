"""Calendars and instants for tests of working time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from hypothesis import strategies as st

from projections.lives import NEVER, Ints
from projections.working_calendars import Calendars
from projections.working_time import Where, WorkingTime

SHANGHAI = "Asia/Shanghai"
LOS_ANGELES = "America/Los_Angeles"

Hours = list[dict[str, Any]]


def stretch(begin: str, end: str, first: str = "01-01", last: str = "12-31") -> dict[str, Any]:
    minutes = [int(told[:2]) * 60 + int(told[3:]) for told in (begin, end)]
    return {"from_month_day": first, "to_month_day": last, "from_minute": minutes[0], "to_minute": minutes[1]}


ALL_YEAR = [stretch("09:00", "12:00"), stretch("13:30", "17:30")]
"""Seven hours a day."""
BY_SEASON = [
    stretch("08:30", "12:00"),
    stretch("14:00", "17:30", "10-01", "04-30"),
    stretch("15:00", "18:00", "05-01", "09-30"),
]
DAY_AND_NIGHT = [stretch("00:00", "24:00")]


def days(month: int, *numbers: int, year: int = 2026) -> list[date]:
    return [date(year, month, number) for number in numbers]


def calendar(year: int, hours: Hours = ALL_YEAR, **told: Any) -> dict[str, Any]:
    plain = {"region": "CN", "year": year, "weekly_days_off": [6, 7], "days_off": [], "working_days": []}
    return {**plain, "office_hours": hours, **told}


def y2026(hours: Hours = ALL_YEAR) -> dict[str, Any]:
    """2026 by the notice 国办发明电〔2025〕7号, written out by hand."""
    off = [
        *days(1, 1, 2, 3), *days(2, 15, 16, 17, 18, 19, 20, 21, 22, 23), *days(4, 4, 5, 6), *days(5, 1, 2, 3, 4, 5),
        *days(6, 19, 20, 21), *days(9, 25, 26, 27), *days(10, 1, 2, 3, 4, 5, 6, 7),
    ]  # fmt: skip
    worked = [*days(1, 4), *days(2, 14, 28), *days(5, 9), *days(9, 20), *days(10, 10)]
    return calendar(2026, hours, days_off=off, working_days=worked)


def working_time(*records: dict[str, Any]) -> WorkingTime:
    return WorkingTime(Calendars.of(records))


def where(rows: int = 1, zone: str = SHANGHAI, region: str | None = "CN") -> Where:
    regions = pl.repeat(region, rows, dtype=pl.String, eager=True)
    return Where(regions, pl.repeat(zone, rows, dtype=pl.String, eager=True))


def instant(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def micros(*told: datetime) -> Ints:
    since = [one - datetime(1970, 1, 1, tzinfo=UTC) for one in told]
    return np.array([(one.days * 86_400 + one.seconds) * 1_000_000 + one.microseconds for one in since], np.int64)


def local(*texts: str, zone: str = SHANGHAI) -> Ints:
    """Micros of local times."""
    return micros(*(instant(text, zone) for text in texts))


def times(first: date, last: date) -> st.SearchStrategy[datetime]:
    """Any instants between two dates."""
    bounds = (datetime.combine(day, time(0)) for day in (first, last))
    return st.datetimes(*bounds, timezones=st.just(UTC))


def shown(told: Ints, zone: str = SHANGHAI) -> list[str | None]:
    """Local times of micros, such as 2026-02-13 17:30."""
    return [None if one == NEVER else _shown(one, zone) for one in told.tolist()]


def _shown(at: int, zone: str) -> str:
    there = datetime.fromtimestamp(at // 1_000_000, ZoneInfo(zone))
    return there.strftime("%Y-%m-%d %H:%M" if at % 60_000_000 == 0 else "%Y-%m-%d %H:%M:%S")
