"""Working time 工作时间 between instants, and when limits end, of many rows at once.

Each row names its region, whose calendar holds, and its time zone, by whose wall clock days are cut. A row that needs a
calendar year which nobody published is waiting, and says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from projections.limits import LONGEST, SECOND, Terms, ends_of
from projections.lives import NEVER, Bools, Ints, nullable
from projections.working_calendars import Calendars
from projections.working_clocks import Clock, Reckoned


@dataclass(frozen=True, slots=True)
class Where:
    """For each row its region (String; null has no calendar) and its IANA time zone (String, not null)."""

    regions: pl.Series
    zones: pl.Series

    def parts(self) -> Iterator[tuple[str | None, str, Ints]]:
        """(region, zone, numbers of the rows) of each combination."""
        frame = pl.DataFrame({"region": self.regions.cast(pl.String), "zone": self.zones.cast(pl.String)})
        if frame.height and self.regions.n_unique() == 1 and self.zones.n_unique() == 1:
            yield (*frame.row(0), np.arange(frame.height))
            return
        parts = frame.with_row_index().group_by("region", "zone").agg("index")
        for region, zone, rows in zip(*parts.get_columns(), strict=True):
            yield region, zone, rows.to_numpy().astype(np.int64)


class WorkingTime:
    """Reckons by all calendars there are; keeps the clock of each region and zone that it was asked for."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars
        self._clocks: dict[tuple[str | None, str], Clock] = {}

    def clock(self, region: str | None, zone: str) -> Clock:
        """The working clock of a region in a zone."""
        key = (region, zone)
        if key not in self._clocks:
            self._clocks[key] = Clock(self._calendars.timeline(region), zone)
        return self._clocks[key]

    def between(self, where: Where, begin: Ints, end: Ints) -> Reckoned:
        """Working micros from `begin` to `end` (micros UTC, `NEVER`: unknown); negative where `end` is earlier."""
        stated = (begin != NEVER) & (end != NEVER)
        return self._each(where, stated, lambda clock, rows: clock.worked(begin[rows], end[rows]))

    def after(self, where: Where, start: Ints, seconds: Ints) -> Reckoned:
        """The first instant at which so many working seconds (≥ 0; `NEVER`: unknown) have passed since `start`."""
        stated = (start != NEVER) & (seconds != NEVER)
        micros = np.minimum(seconds, LONGEST) * SECOND
        return self._each(where, stated, lambda clock, rows: clock.after(start[rows], micros[rows]))

    def is_working(self, where: Where, instants: Ints) -> Reckoned:
        """1 while the office is open, else 0."""
        return self._each(where, instants != NEVER, lambda clock, rows: clock.is_working(instants[rows]))

    def next_working(self, where: Where, instants: Ints) -> Reckoned:
        """The same instant while the office is open, else the next at which it opens."""
        return self._each(where, instants != NEVER, lambda clock, rows: clock.next_working(instants[rows]))

    def deadlines(self, where: Where, start: Ints, terms: Terms) -> Reckoned:
        """When the limit of each row ends that starts at an instant; no value where there is no limit."""
        stated = (start != NEVER) & terms.stated
        return self._each(where, stated, lambda clock, rows: ends_of(clock, start[rows], terms.of_rows(rows)))

    def _each(self, where: Where, stated: Bools, reckon: Callable[[Clock, Ints], Reckoned]) -> Reckoned:
        values, missing = np.full(len(stated), NEVER, np.int64), np.zeros(len(stated), np.int64)
        for region, zone, rows in where.parts():
            here = rows[stated[rows]]
            told = reckon(self.clock(region, zone), here)
            values[here], missing[here] = told.values, told.missing_year
        return Reckoned(values, missing)


def whole_seconds(durations: Reckoned) -> pl.Series:
    """Whole seconds (floor, Int64); null where there is no duration."""
    return nullable(durations.values // SECOND, durations.values != NEVER)
