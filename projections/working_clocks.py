"""The working clock 工作时间 of one region in one time zone: it runs while the office is open.

Instants are int64 micros UTC, days are numbered from 1970-01-01 on the wall clock. Sums come from prefix sums over the
stretches of office hours, so an interval costs two binary searches whatever its length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from projections import dates
from projections.lives import NEVER, Bools, Ints
from projections.local_instants import instants_in, wall_clock_in
from projections.working_calendars import Timeline

DAY: Final = 86_400_000_000
_MINUTE: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One value a row. A row that needs a calendar year which is not there is *waiting*: it has no value.

    `values`: instants or durations in micros, days, or 0 and 1; `NEVER` where there is none. `missing_year`: the first
    year that is needed and not published (or published without office hours, where these are needed); 0: none.
    """

    values: Ints
    missing_year: Ints

    @property
    def waiting(self) -> Bools:
        """For each row whether it waits for a calendar."""
        return np.asarray(self.missing_year != 0, np.bool_)


class Clock:
    """Working time by one timeline and the wall clock of one zone. No argument may be `NEVER`."""

    def __init__(self, timeline: Timeline, zone: str) -> None:
        self.zone = zone
        begins, ends = (instants_in(zone, side * _MINUTE) for side in (timeline.begins, timeline.ends))
        exists = ends > begins  # what clocks skip as they go forward is not worked
        self._begins: Ints = begins[exists]
        self._ends: Ints = ends[exists]
        self._before: Ints = np.append(0, np.cumsum(self._ends - self._begins))
        self._working_days = timeline.working_days
        self._closing_days = timeline.closing_days
        self._closes = instants_in(zone, timeline.closes * _MINUTE)
        self._year_starts = instants_in(zone, timeline.year_starts * DAY)
        self._year_start_days = timeline.year_starts
        self._first_year = timeline.first_year
        self._missing_days = _next_missing(timeline.first_year, timeline.days_known)
        self._missing_hours = _next_missing(timeline.first_year, timeline.hours_known)

    def worked(self, begin: Ints, end: Ints) -> Reckoned:
        """Working micros from `begin` to `end`; negative where `end` is earlier. Of nothing: 0, whatever is published."""
        low, high = np.minimum(begin, end), np.maximum(begin, end)
        passed = self._until(high) - self._until(low)
        missing = self._missing(self._missing_hours, self._years(low), self._years(high - 1))
        return _reckoned(np.where(end < begin, -passed, passed), np.where(low == high, 0, missing))

    def after(self, start: Ints, micros: Ints) -> Reckoned:
        """The first instant at which `micros` (≥ 0) of working time have passed since `start`."""
        goal = self._until(start) + micros
        stretch = np.searchsorted(self._before, goal, side="left") - 1
        inside = stretch < len(self._begins)
        here = np.clip(stretch, 0, max(0, len(self._begins) - 1))
        found = dates.at(self._begins, here) + goal - self._before[here]
        done, missing = micros == 0, self._reached(start, found - 1, inside)
        return _reckoned(np.where(done, start, found), np.where(done, 0, missing))

    def next_working(self, instants: Ints) -> Reckoned:
        """The same instant while the office is open, else the next at which it opens."""
        stretch = np.searchsorted(self._ends, instants, side="right")
        found = np.maximum(dates.at(self._begins, stretch), instants)
        return _reckoned(found, self._reached(instants, found, stretch < len(self._begins)))

    def closing(self, instants: Ints) -> Reckoned:
        """The first end of an office day at or after an instant."""
        place = np.searchsorted(self._closes, instants, side="left")
        found = dates.at(self._closes, place)
        return _reckoned(found, self._reached(instants - 1, found - 1, place < len(self._closes)))

    def is_working(self, instants: Ints) -> Reckoned:
        """1 while the office is open (its opening included, its closing not), else 0."""
        stretch = np.searchsorted(self._begins, instants, side="right") - 1
        works = (stretch >= 0) & (instants < dates.at(self._ends, stretch))
        years = self._years(instants)
        return _reckoned(works.astype(np.int64), self._missing(self._missing_hours, years, years))

    def day_of(self, instants: Ints) -> Ints:
        """The local day of each instant."""
        return np.asarray(wall_clock_in(self.zone, instants) // DAY, np.int64)

    def works_on(self, days: Ints) -> Reckoned:
        """1 for working days, else 0."""
        place = np.searchsorted(self._working_days, days)
        works = (place < len(self._working_days)) & (dates.at(self._working_days, place) == days)
        years = self._years_of_days(days)
        return _reckoned(works.astype(np.int64), self._missing(self._missing_days, years, years))

    def nth_day(self, days: Ints, n: Ints) -> Reckoned:
        """The `n`-th (≥ 1) working day after a day, which itself does not count."""
        place = np.searchsorted(self._working_days, days, side="right") + n - 1
        inside = place < len(self._working_days)
        found = dates.at(self._working_days, place)
        return _reckoned(found, self._reached_day(self._missing_days, days + 1, found, inside))

    def next_day(self, days: Ints) -> Reckoned:
        """The first working day after a day."""
        return self.nth_day(days, np.ones(len(days), np.int64))

    def closing_on(self, days: Ints) -> Reckoned:
        """When the office closes on a day, or on the next working day where it is not open on it."""
        place = np.searchsorted(self._closing_days, days, side="left")
        day, inside = dates.at(self._closing_days, place), place < len(self._closing_days)
        return _reckoned(dates.at(self._closes, place), self._reached_day(self._missing_hours, days, day, inside))

    def _until(self, instants: Ints) -> Ints:
        """Working micros from the beginning of the timeline."""
        if not len(self._begins):
            return np.zeros(len(instants), np.int64)
        stretch = np.searchsorted(self._begins, instants, side="right") - 1
        passed = self._before[stretch] + np.minimum(instants, self._ends[stretch]) - self._begins[stretch]
        return np.where(stretch < 0, 0, passed)

    def _reached(self, start: Ints, last: Ints, inside: Bools) -> Ints:
        """The first missing year from one instant to another; not `inside`: the other lies beyond the last year."""
        years = np.where(inside, self._years(last), NO_END)
        return self._missing(self._missing_hours, self._years(start), years)

    def _reached_day(self, table: Ints, first: Ints, last: Ints, inside: Bools) -> Ints:
        years = np.where(inside, self._years_of_days(last), NO_END)
        return self._missing(table, self._years_of_days(first), years)

    def _missing(self, table: Ints, first: Ints, last: Ints) -> Ints:
        """The first missing one of the years from first to last, 0 if there is none."""
        place = first - self._first_year
        published = (place >= 0) & (place < len(table))
        missing = np.where(published, dates.at(table, place), first)
        return np.where(missing <= last, missing, 0)

    def _years(self, instants: Ints) -> Ints:
        place = np.searchsorted(self._year_starts, instants, side="right") - 1
        outside = (place < 0) | (place >= len(self._year_starts) - 1)
        years = self._first_year + place
        if outside.any():
            years[outside] = dates.years(wall_clock_in(self.zone, instants[outside]) // DAY)
        return years

    def _years_of_days(self, days: Ints) -> Ints:
        place = np.searchsorted(self._year_start_days, days, side="right") - 1
        outside = (place < 0) | (place >= len(self._year_start_days) - 1)
        return np.where(outside, dates.years(days), self._first_year + place)


NO_END: Final = np.iinfo(np.int64).max


def _next_missing(first_year: int, known: Bools) -> Ints:
    """For each year the first one from it on that is not known."""
    years = np.arange(first_year, first_year + len(known) + 1)
    missing = np.where(np.append(known, False), NO_END, years)
    return np.minimum.accumulate(missing[::-1])[::-1][: len(known)]


def _reckoned(values: Ints, missing: Ints) -> Reckoned:
    return Reckoned(np.where(missing != 0, NEVER, values), missing)
