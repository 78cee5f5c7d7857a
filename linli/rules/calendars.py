"""Calendars, and the office hours of places that share the days of another region, as a rules file states them."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Annotated, Any, ClassVar, Final, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from linli.rules.tables import Code, Rule, Table, Zone, mistake
from projections.dates import month_days, number
from projections.working_calendars import MINUTES_A_DAY, YEARS, OfficeHours, month_day

NEIGHBOURS: Final = 31
"""Days before and after its year that a calendar may name: a notice moves working days across the new year."""


def _minute(text: str) -> str:
    hour, _, minute = text.partition(":")
    if len(text) != len("HH:MM") or not (hour + minute).isdigit() or int(minute) > 59 or minutes(text) > MINUTES_A_DAY:  # noqa: PLR2004
        raise ValueError("a time such as 08:30, from 00:00 to 24:00")
    return text


def _month_day(text: str) -> str:
    if month_day(text) is None:
        raise ValueError("a month and day such as 05-01")
    return text


Minute = Annotated[str, AfterValidator(_minute)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
Weekday = Annotated[int, Field(ge=1, le=7)]


class Stretch(Table):
    """A stretch of office hours on each working day of a season (both days included); without one: all year. 办公时段"""

    from_: Minute = Field(alias="from")
    to: Minute
    from_month_day: MonthDay = "01-01"
    to_month_day: MonthDay = "12-31"

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if minutes(self.to) <= minutes(self.from_):
            mistake("to", self.to, f"a time after {self.from_}; hours past midnight are two stretches")
        return self

    def as_hours(self) -> OfficeHours:
        """The stretch as the working clock reads it."""
        first, last = month_day(self.from_month_day), month_day(self.to_month_day)
        assert first is not None
        assert last is not None
        return OfficeHours(first, last, minutes(self.from_), minutes(self.to))

    def values(self) -> dict[str, Any]:
        """The fields of the event's record."""
        season = {"from_month_day": self.from_month_day, "to_month_day": self.to_month_day}
        return {**season, "from_minute": minutes(self.from_), "to_minute": minutes(self.to)}


Hours = list[Stretch]


class Calendar(Rule):
    """The days of a year in a region. 工作日历"""

    event: ClassVar[str] = "CalendarPublished"
    prefix: ClassVar[str] = "calendar"

    region: Code
    year: int = Field(ge=YEARS.start, lt=YEARS.stop)
    weekly_days_off: list[Weekday] = Field(default_factory=lambda: [6, 7])
    days_off: list[date] = Field(default_factory=list)
    working_days: list[date] = Field(default_factory=list)
    time_zone: Zone | None = None
    office_hours: Hours = Field(default_factory=list)

    def natural_key(self) -> str:
        return f"{self.region}/{self.year}"

    def values(self) -> dict[str, Any]:
        return {**super().values(), "office_hours": [one.values() for one in self.office_hours]}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for key, days in (("days_off", self.days_off), ("working_days", self.working_days)):
            for day in days:
                if not _near(day, self.year):
                    mistake(key, day, f"days of {self.year}, or at most {NEIGHBOURS} days before or after it")
                if days.count(day) > 1:
                    mistake(key, day, "each day once")
        for day in self.working_days:
            if day in self.days_off:
                mistake("working_days", day, "days that are not among days_off")
            if day.isoweekday() not in self.weekly_days_off:
                mistake(
                    "working_days", day, "make-up days 调休, which are weekly days off; other days are worked anyway"
                )
        whole_and_apart(self.office_hours)
        return self


class Office(Rule):
    """Office hours of a region that has the days of another one: stated as one calendar a year. 办公时间"""

    event: ClassVar[str] = "CalendarPublished"
    prefix: ClassVar[str] = "office"

    region: Code
    days_of: Code
    from_year: int | None = None
    to_year: int | None = None
    office_hours: Hours = Field(min_length=1)

    def natural_key(self) -> str:
        return f"{self.region}/{self.from_year}/{self.to_year}"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        whole_and_apart(self.office_hours)
        return self

    def calendar(self, days: Calendar) -> Calendar | None:
        """The calendar of this region for the year of another one's; none outside the years stated."""
        if days.year < (self.from_year or days.year) or days.year > (self.to_year or days.year):
            return None
        own = {"region": self.region, "office_hours": self.office_hours, "id": None}
        told = {"authority": self.authority or days.authority, "notice": self.notice or days.notice}
        return days.model_copy(update={**own, **told})


def minutes(text: str) -> int:
    """Minutes since midnight from "08:30"."""
    return int(text[:2]) * 60 + int(text[3:])


def whole_and_apart(hours: Hours) -> None:
    """No two stretches overlap on any day, and no day of the year is without, if any has some."""
    days = month_days(np.arange(number(date(2000, 1, 1)), number(date(2001, 1, 1))))
    seasons = [one.as_hours().in_season(days) for one in hours]
    bare = days[~np.any(seasons, axis=0)] if hours else days[:0]
    if len(bare):
        mistake("office_hours", f"nothing on {_told(bare[0])}", "seasons that cover the whole year")
    for (one, its), (other, others) in combinations(zip(hours, seasons, strict=True), 2):
        both = days[its & others]
        if len(both) and one.from_ < other.to and other.from_ < one.to:
            clash = f"{one.from_}-{one.to} and {other.from_}-{other.to} on {_told(both[0])}"
            mistake("office_hours", clash, "stretches that do not overlap")


def _told(month_and_day: int) -> str:
    return f"{month_and_day // 100:02}-{month_and_day % 100:02}"


def _near(day: date, year: int) -> bool:
    return (day - date(year, 1, 1)).days >= -NEIGHBOURS and (day - date(year, 12, 31)).days <= NEIGHBOURS
