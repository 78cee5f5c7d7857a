"""Working calendars 工作日历 as data: which days of a year are worked in a region, and during which office hours.

A calendar is what one CalendarPublished states: weekly days off 公休日, days off 放假, make-up working days 调休上班日,
office hours by season 作息时间. Of one region the calendars of several years make a timeline. A year that nobody published
is never guessed: what needs it is waiting, with region and year as the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from projections import dates
from projections.lives import Bools, Ints

YEARS: Final = range(1900, 2201)
"""Years that a calendar may be of; others are as if not published."""
WEEKEND: Final = frozenset({6, 7})
"""Weekly days off (ISO: Monday 1 to Sunday 7) where a calendar states none."""
MINUTES_A_DAY: Final = 1440


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """One stretch of every working day of a season, in minutes of the local day, from inclusive to exclusive.

    A season lasts from one month-day (such as 501 for 1 May) to another, both included; it may span the new year.
    """

    from_month_day: int
    to_month_day: int
    from_minute: int
    to_minute: int

    def in_season(self, month_days: Ints) -> Bools:
        """For each month-day whether it lies in the season."""
        after, before = month_days >= self.from_month_day, month_days <= self.to_month_day
        return after & before if self.from_month_day <= self.to_month_day else after | before


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a region and year. A day that is both off and working is worked.

    Notices name days of the neighbouring years too (31 December 2005 was worked by the notice for 2006): these count
    like days of the year itself, and of two calendars that disagree about a day the later year's is right.
    """

    region: str
    year: int
    days_off: frozenset[date]
    working_days: frozenset[date]
    weekly_days_off: frozenset[int] = WEEKEND
    office_hours: tuple[OfficeHours, ...] = ()


def calendar_of(record: Mapping[str, Any]) -> Calendar:
    """The calendar that the values of a CalendarPublished state.

    `region` (str), `year` (int), `weekly_days_off` (list of ISO weekdays; null: Saturday and Sunday), `days_off`,
    `working_days` (lists of dates, or null), `office_hours` (list of {from_month_day, to_month_day: "MM-DD", from_minute,
    to_minute: 0 to 1440}, or null). Hours of which one can't be read count as not stated.
    """
    weekly = record.get("weekly_days_off")
    return Calendar(
        record["region"],
        record["year"],
        frozenset(record.get("days_off") or ()),
        frozenset(record.get("working_days") or ()),
        WEEKEND if weekly is None else frozenset(weekly),
        _hours(record.get("office_hours") or ()),
    )


def month_day(text: str) -> int | None:
    """501 from "05-01"; null when there is no such day in a leap year."""
    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        return None
    return day.month * 100 + day.day if len(text) == len("MM-DD") else None


def _hours(stated: Iterable[Mapping[str, Any]]) -> tuple[OfficeHours, ...]:
    read = []
    for one in stated:
        first, last = month_day(one["from_month_day"]), month_day(one["to_month_day"])
        if first is None or last is None or not 0 <= one["from_minute"] < one["to_minute"] <= MINUTES_A_DAY:
            return ()
        read.append(OfficeHours(first, last, one["from_minute"], one["to_minute"]))
    return tuple(read)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The calendars of one region, from the first year published to the last, as local days and minutes.

    Years in between may be missing. Days are numbered from 1970-01-01, minutes from its midnight on the wall clock.
    """

    first_year: int
    days_known: Bools
    """For each year whether its calendar was published."""
    hours_known: Bools
    """For each year whether its calendar states office hours."""
    year_starts: Ints
    """The first day of each year, and of the one after the last; of no year: empty."""
    working_days: Ints
    """The days worked, ascending."""
    begins: Ints
    """Minutes at which stretches of office hours begin, ascending."""
    ends: Ints
    """Minutes at which they end; no two overlap."""
    closing_days: Ints
    """The working days that have office hours, ascending."""
    closes: Ints
    """The minute at which the office closes on each of them."""


class Calendars:
    """All calendars there are. Of two of the same region and year the later in the given order counts."""

    def __init__(self, calendars: Iterable[Calendar]) -> None:
        self._regions: dict[str, dict[int, Calendar]] = {}
        for one in calendars:
            if one.year in YEARS:
                self._regions.setdefault(one.region, {})[one.year] = one
        self._timelines: dict[str | None, Timeline] = {}

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]]) -> Calendars:
        """From the values of CalendarPublished facts, see `calendar_of`."""
        return cls(calendar_of(record) for record in records)

    def find(self, region: str | None, year: int) -> Calendar | None:
        """The calendar of a region and year, if it was published."""
        return self._regions.get(region or "", {}).get(year)

    def lacks(self, region: str | None, year: int) -> str:
        """Why a result waits for a region and year: `calendar` (not published), `hours` (without office hours), or
        nothing.
        """
        found = self.find(region, year)
        if found is None:
            return "calendar"
        return "" if found.office_hours else "hours"

    def timeline(self, region: str | None) -> Timeline:
        """The timeline of a region; of one without calendars: of no year."""
        if region not in self._timelines:
            self._timelines[region] = _timeline(self._regions.get(region or "", {}))
        return self._timelines[region]


def _timeline(calendars: Mapping[int, Calendar]) -> Timeline:
    if not calendars:
        nothing, never = np.empty(0, np.int64), np.empty(0, np.bool_)
        return Timeline(0, never, never, nothing, nothing, nothing, nothing, nothing, nothing)
    years = range(min(calendars), max(calendars) + 1)
    starts = dates.numbers(date(year, 1, 1) for year in range(years.start, years.stop + 1))
    working = _working_days(calendars, years, starts)
    begins, ends = _stretches(calendars, working)
    closing_days, first = np.unique(begins[::-1] // MINUTES_A_DAY, return_index=True)
    merged_begins, merged_ends = _merged(begins, ends)
    latest = np.maximum.accumulate(ends)[::-1][first] if len(ends) else ends
    return Timeline(
        years.start,
        np.array([year in calendars for year in years]),
        np.array([year in calendars and bool(calendars[year].office_hours) for year in years]),
        starts,
        working,
        merged_begins,
        merged_ends,
        closing_days,
        latest,
    )


def _working_days(calendars: Mapping[int, Calendar], years: range, starts: Ints) -> Ints:
    days = np.arange(starts[0], starts[-1])
    weekday = dates.weekdays(days)
    works, known = np.zeros(len(days), np.bool_), np.zeros(len(days), np.bool_)
    for year in sorted(calendars):
        place = slice(starts[year - years.start] - starts[0], starts[year - years.start + 1] - starts[0])
        known[place] = True
        works[place] = ~np.isin(weekday[place], list(calendars[year].weekly_days_off))
    for year in sorted(calendars):
        for stated, worked in ((calendars[year].days_off, False), (calendars[year].working_days, True)):
            named = dates.numbers(stated) - starts[0]
            works[named[(named >= 0) & (named < len(days))]] = worked
    return days[works & known]


def _stretches(calendars: Mapping[int, Calendar], working: Ints) -> tuple[Ints, Ints]:
    """Begin and end of each stretch of each working day, by begin."""
    month_days, years = dates.month_days(working), dates.years(working)
    begins, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for year, calendar in calendars.items():
        here = years == year
        for hours in calendar.office_hours:
            midnights = working[here][hours.in_season(month_days[here])] * MINUTES_A_DAY
            begins.append(midnights + hours.from_minute)
            ends.append(midnights + hours.to_minute)
    all_begins, all_ends = np.concatenate(begins), np.concatenate(ends)
    order = np.argsort(all_begins, kind="stable")
    return all_begins[order], all_ends[order]


def _merged(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Stretches that overlap or touch are one."""
    if not len(begins):
        return begins, ends
    latest = np.maximum.accumulate(ends)
    opens = np.append(True, begins[1:] > latest[:-1])
    return begins[opens], latest[np.append(opens[1:], True)]
