"""When a limit 时限 ends that starts at an instant.

A limit is a number of seconds or of days, on one of two clocks, with two choices of where it starts (`at_once`, or
`next_working_day` 自次一工作日起) and two of where it ends (`exact`, or with the `office_day` 至下班时). D: the local day of
the start, which never counts as one of n days.

| limit | clock | starts | its exact end |
|---|---|---|---|
| seconds | elapsed | at_once | that long after the start |
| seconds | elapsed | next_working_day | that long after 0:00 of the first working day after D |
| seconds | working | either | that much working time after the same instant |
| n days | elapsed | at_once | the same time of day, n days after D |
| n days | elapsed | next_working_day | 24:00 of the n-th day, of which the first working day after D is the first |
| n days | working | at_once | the same time of day on the n-th working day after D; 24:00 of it where D is not worked |
| n days | working | next_working_day | 24:00 of the n-th working day after D |

With the office day a limit in seconds ends at the first closing of the office at or after its exact end; a limit in days
at the closing on its last day or, where that is not worked, on the next working day (Civil Code 民法典 Art. 201, 203).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from projections.lives import NEVER, Bools, Ints
from projections.local_instants import instants_in, wall_clock_in
from projections.working_clocks import DAY, Clock, Reckoned

CLOCKS: Final = ("working", "elapsed")
STARTS: Final = ("at_once", "next_working_day")
ENDS: Final = ("exact", "office_day")
UNITS: Final = {"minutes": 60, "hours": 3_600}
"""Seconds of the units of time; the third unit, days, is no number of seconds."""
SECOND: Final = 1_000_000
LONGEST: Final = 100 * 366 * 86_400
"""Seconds of a century: longer limits end with it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """For each row the terms of its limit; neither seconds nor days (`NEVER`): it has none."""

    seconds: Ints
    days: Ints
    working: Bools
    next_day: Bools
    office_day: Bools

    @classmethod
    def of(cls, levels: pl.DataFrame) -> Terms:
        """From limit (Int64, positive), unit (minutes, hours, days), clock, starts, ends (String).

        A limit that is null or not positive, or has a term that we do not know, is none.
        """
        known = _says(levels, "clock", *CLOCKS) & _says(levels, "starts", *STARTS) & _says(levels, "ends", *ENDS)
        limit = levels["limit"].fill_null(0).to_numpy()
        factor = levels["unit"].replace_strict(UNITS, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
        known &= limit > 0
        return cls(
            np.where(known & (factor > 0), np.minimum(limit, LONGEST // np.maximum(factor, 1)) * factor, NEVER),
            np.where(known & _says(levels, "unit", "days"), np.minimum(limit, LONGEST // 86_400), NEVER),
            _says(levels, "clock", "working"),
            _says(levels, "starts", "next_working_day"),
            _says(levels, "ends", "office_day"),
        )

    @property
    def stated(self) -> Bools:
        """For each row whether it has a limit."""
        return np.asarray((self.seconds != NEVER) | (self.days != NEVER), np.bool_)

    def of_rows(self, rows: Ints) -> Terms:
        """The terms of some rows."""
        return Terms(
            self.seconds[rows], self.days[rows], self.working[rows], self.next_day[rows], self.office_day[rows]
        )


def ends_of(clock: Clock, start: Ints, terms: Terms) -> Reckoned:
    """When each limit ends; every row has a start (micros UTC, not `NEVER`) and a limit."""
    steps = _Steps(start)
    in_days = terms.days != NEVER
    _by_seconds(clock, steps, terms, ~in_days)
    _by_days(clock, steps, terms, in_days)
    return steps.reckoned()


def _by_seconds(clock: Clock, steps: _Steps, terms: Terms, mine: Bools) -> None:
    """1 where the clock starts, 2 how long it runs, 3 where the limit ends."""
    micros = terms.seconds * SECOND
    later = mine & terms.next_day
    steps.take(later, lambda at, _: clock.next_day(clock.day_of(at)))
    steps.plainly(later, lambda days, _: instants_in(clock.zone, days * DAY))
    steps.take(mine & terms.working, lambda at, rows: clock.after(at, micros[rows]))
    steps.plainly(mine & ~terms.working, lambda at, rows: at + micros[rows])
    steps.take(mine & terms.office_day, lambda at, _: clock.closing(at))


def _by_days(clock: Clock, steps: _Steps, terms: Terms, mine: Bools) -> None:
    """1 from which day on, 2 the last day, 3 when on it the limit ends; until then the values are days."""
    shown = np.zeros(len(mine), np.int64)
    shown[mine] = wall_clock_in(clock.zone, steps.values[mine])
    exactly = mine & ~terms.office_day
    steps.values[mine] = shown[mine] // DAY
    whole = terms.next_day | _not_worked(clock, steps, exactly & terms.working & ~terms.next_day)
    steps.take(mine & terms.next_day & ~terms.working, lambda days, _: clock.next_day(days))
    steps.plainly(mine & terms.next_day & ~terms.working, lambda days, _: days - 1)
    steps.take(mine & terms.working, lambda days, rows: clock.nth_day(days, terms.days[rows]))
    steps.plainly(mine & ~terms.working, lambda days, rows: days + terms.days[rows])
    steps.plainly(exactly & whole, lambda days, _: instants_in(clock.zone, (days + 1) * DAY))
    steps.plainly(exactly & ~whole, lambda days, rows: instants_in(clock.zone, days * DAY + shown[rows] % DAY))
    steps.take(mine & terms.office_day, lambda days, _: clock.closing_on(days))


def _not_worked(clock: Clock, steps: _Steps, asked: Bools) -> Bools:
    """Which of the days `asked` for are no working days; those of a year that is not there wait from here on."""
    told = np.zeros(len(asked), np.bool_)

    def look(days: Ints, rows: Ints) -> Reckoned:
        works = clock.works_on(days)
        told[rows] = works.values == 0
        return Reckoned(days, works.missing_year)

    steps.take(asked, look)
    return told


class _Steps:
    """Values on their way through several steps; a row that waits takes no further one."""

    def __init__(self, values: Ints) -> None:
        self.values = values.copy()
        self._missing = np.zeros(len(values), np.int64)

    def take(self, where: Bools, step: Callable[[Ints, Ints], Reckoned]) -> None:
        """One step, which may have to wait, of some rows: `step(values, rows)`."""
        rows = np.flatnonzero(where & (self._missing == 0))
        if len(rows):
            told = step(self.values[rows], rows)
            self.values[rows], self._missing[rows] = told.values, told.missing_year

    def plainly(self, where: Bools, step: Callable[[Ints, Ints], Ints]) -> None:
        """One step that needs no calendar."""
        self.take(where, lambda values, rows: Reckoned(step(values, rows), np.zeros(len(rows), np.int64)))

    def reckoned(self) -> Reckoned:
        return Reckoned(np.where(self._missing != 0, NEVER, self.values), self._missing)


def _says(levels: pl.DataFrame, name: str, *words: str) -> Bools:
    return levels[name].is_in(words).fill_null(value=False).to_numpy()
