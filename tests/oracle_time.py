"""Working time by walking from day to day and stretch to stretch in plain Python: no Polars, no NumPy, no prefix sums.

Calendars are records as CalendarPublished states them. None: a year is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Record = Mapping[str, Any]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Missing(Exception):
    """A year that nobody published."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


class SlowOffice:
    """The office of one region in one zone."""

    def __init__(self, records: Sequence[Record], zone: str) -> None:
        self.years = {record["year"]: record for record in records}
        self.zone = ZoneInfo(zone)

    def works_on(self, day: date) -> bool:
        if day.year not in self.years:
            raise Missing(day.year)
        later = [self.years[year] for year in sorted(self.years, reverse=True)]
        for record in later:
            if day in record["working_days"]:
                return True
            if day in record["days_off"]:
                return False
        return day.isoweekday() not in self.years[day.year]["weekly_days_off"]

    def stretches_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """(opens, closes) in UTC on a day."""
        works = self.works_on(day)
        if not self.years[day.year]["office_hours"]:
            raise Missing(day.year)
        if not works:
            return []
        told = []
        for one in self.years[day.year]["office_hours"]:
            first, last, today = one["from_month_day"], one["to_month_day"], day.strftime("%m-%d")
            if first <= today <= last if first <= last else today >= first or today <= last:
                told.append((self.at(day, one["from_minute"]), self.at(day, one["to_minute"])))
        return sorted(told)

    def at(self, day: date, minute: int) -> datetime:
        """The instant of a minute of a local day."""
        return self.when(datetime.combine(day, time(0)) + timedelta(minutes=minute))

    def when(self, shown: datetime) -> datetime:
        """The first instant at which the clock shows a time, or has jumped over it."""
        told = shown.replace(tzinfo=self.zone).astimezone(UTC)
        while self.shown(told) > shown and self.shown(told - MINUTE) > shown:
            told -= MINUTE
        return told.replace(second=0, microsecond=0) if self.shown(told) > shown else told

    def shown(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """Working time in [begin, end)."""
        total, day = timedelta(), self.day_of(begin)
        while begin < end and self.at(day, 0) < end:
            for opens, closes in self.stretches_on(day):
                total += max(timedelta(), min(closes, end) - max(opens, begin))
            day += DAY
        return total

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """When so much working time has passed."""
        if not worked:
            return start
        for opens, closes in self.stretches(self.day_of(start)):
            here = closes - max(opens, start)
            if here > timedelta() and here >= worked:
                return max(opens, start) + worked
            worked -= max(timedelta(), here)
        raise AssertionError

    def stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """From a day on, until a year is missing."""
        while True:
            yield from self.stretches_on(day)
            day += DAY

    def is_working(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self.stretches_on(self.day_of(at)))

    def nth_day(self, day: date, n: int) -> date:
        """The n-th working day after a day."""
        while n:
            day += DAY
            n -= self.works_on(day)
        return day

    def closing(self, at: datetime) -> datetime:
        """The first closing of the office at or after an instant; at midnight it may be that of the day before."""
        day = self.day_of(at - timedelta(microseconds=1))
        while True:
            told = self.stretches_on(day)
            if told and told[-1][1] >= at:
                return told[-1][1]
            day += DAY

    def ends(self, start: datetime, limit: int, unit: str, clock: str, starts: str, ends: str) -> datetime:
        """When a limit ends: projections/limits.py, told once more."""
        if unit == "days":
            return self._ends_in_days(start, limit, clock, starts, ends)
        length = timedelta(**{unit: limit})
        begin = self.at(self.nth_day(self.day_of(start), 1), 0) if starts == "next_working_day" else start
        end = self.after(begin, length) if clock == "working" else begin + length
        return self.closing(end) if ends == "office_day" else end

    def _ends_in_days(self, start: datetime, n: int, clock: str, starts: str, ends: str) -> datetime:
        first = self.day_of(start)
        whole = starts == "next_working_day"
        if clock == "elapsed":
            last = (self.nth_day(first, 1) - DAY if whole else first) + n * DAY
        else:
            whole = whole or (ends == "exact" and not self.works_on(first))
            last = self.nth_day(first, n)
        if ends == "office_day":
            while not self.stretches_on(last):
                last += DAY
            return self.stretches_on(last)[-1][1]
        if whole:
            return self.at(last, 1440)
        return self.when(datetime.combine(last, self.shown(start).time()))
