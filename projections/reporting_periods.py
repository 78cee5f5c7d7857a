"""Reporting periods 统计周期 as data: what one PeriodDefined states, and in which period an instant falls.

A period begins at a minute of a local day and ends where the next begins. Its label is the calendar unit (day, ISO week,
month, quarter, half-year, year) that holds its first day (`labelled_by = "start"`) or its last ("end"): noon-to-noon days
前一日12:00至当日12:00 are known by the day they end, months from the 19th by the month they end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from projections import dates
from projections.lives import NEVER, Bools, Ints, instants
from projections.local_days import wall_clocks
from projections.local_instants import instants_of
from schemas.errors import BadInput

KINDS: Final = ("day", "week", "month", "quarter", "half_year", "year", "listed")
LABELS: Final = ("start", "end")
COMPARISONS: Final = ("previous", "year_before")
"""环比: the period before; 同比: the one a year before."""
_DAY: Final = 86_400_000_000
_MINUTE: Final = 60_000_000
_MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_MONDAY: Final = 3
"""1969-12-29, the Monday from which weeks are numbered, is so many days before 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A period given by itself: local days, `from_day` inclusive, `to_day` exclusive, at `cut_minute` of each."""

    label: str
    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Period:
    """How time is cut. 周期定义

    `cut_minute`: minute of the day at which a period begins (720: noon). `cut_weekday` (weeks): ISO, 1 is Monday. `cut_day`
    (months and longer): day of the month, 1 to 28. `cut_month` (quarters and longer): month with which the first begins.
    `label_format`: the label as strftime writes the day by which a period is known. `intervals` (kind listed): by begin,
    none overlaps another; there may be gaps between them.
    """

    kind: str
    cut_minute: int = 0
    cut_weekday: int = 1
    cut_day: int = 1
    cut_month: int = 1
    labelled_by: str = "start"
    label_format: str | None = None
    intervals: tuple[Interval, ...] = ()


def period_of(record: Mapping[str, Any]) -> Period:
    """The definition that the values of a PeriodDefined state; what is null or left out has its default.

    BadInput `input.period` for a kind that we do not know.
    """
    if record["kind"] not in KINDS:
        raise BadInput(f"there is no period {record['kind']}", code="input.period", expected=", ".join(KINDS))
    plain = [one.name for one in fields(Period) if one.name != "intervals" and record.get(one.name) is not None]
    stated = [Interval(one["label"], one["from_day"], one["to_day"]) for one in record.get("intervals") or ()]
    in_order = tuple(sorted(stated, key=lambda one: one.from_day))
    return Period(**{name: record[name] for name in plain}, intervals=in_order)


def periods_at(period: Period, zones: pl.Series, at: Ints) -> pl.DataFrame:
    """The period of each instant (micros UTC, `NEVER`: unknown) in its zone (IANA).

    Columns `period` (String: its label, such as 2026-03-01, 2026-W09, 2026-03, 2026-Q1, 2026-H1, 2026), `begins_at`,
    `ends_at` (Datetime, UTC; begin inclusive, end exclusive); null outside all periods.
    """
    (shown,) = wall_clocks(zones, at)
    return _told(period, zones, _number(period, shown))


def periods_within(period: Period, zone: str, begin: int, end: int) -> pl.DataFrame:
    """All periods of a zone that begin in [begin, end) (micros UTC), in order; columns as in `periods_at`."""
    (shown,) = wall_clocks(_repeated(zone, 2), np.array([begin, end], np.int64))
    first, last = (0, len(period.intervals) - 1) if period.kind == "listed" else _number(period, shown).tolist()
    numbers = np.arange(first, last + 1)
    told = _told(period, _repeated(zone, len(numbers)), numbers)
    return told.filter(told["begins_at"].to_physical().is_between(begin, end, closed="left"))


def compared(period: Period, zones: pl.Series, at: Ints, until: Ints, comparison: str) -> pl.DataFrame:
    """The period to compare with that of each instant `at`: `previous` 环比 or `year_before` 同比.

    Columns as in `periods_at`. Where the own period is told only `until` an instant inside it (`NEVER`: told whole), the
    other ends when the same length has elapsed of it on the wall clock, at the latest when it ends: the first ten days
    of this month stand beside the first ten of the last. A year before is the period of the same label: the same day (29
    February: the 28th), ISO week (53: 52 where that year has no 53rd), month, quarter, half-year, year. Of intervals: the
    one before; the one that began on the same day a year before.
    """
    shown, stop = wall_clocks(zones, at, until)
    own = _number(period, shown)
    other = np.where(own == NEVER, NEVER, own - 1 if comparison == "previous" else _a_year_before(period, own))
    begin, end = _edges(period, own)
    other_begin, other_end = _edges(period, other)
    partial = (other_begin != NEVER) & (stop != NEVER) & (stop < end)
    elapsed = np.where(partial, np.maximum(stop - begin, 0), 0)
    ends = np.where(partial, np.minimum(other_begin + elapsed, other_end), other_end)
    return _told(period, zones, other).with_columns(instants(instants_of(zones, ends)).alias("ends_at"))


def _number(period: Period, shown: Ints) -> Ints:
    """For what a wall clock shows the number of the period; `NEVER` outside all."""
    local = np.where(shown == NEVER, 0, shown) - period.cut_minute * _MINUTE
    days = local // _DAY
    if period.kind == "listed":
        return np.where(shown == NEVER, NEVER, _entry(period, days))
    return np.where(shown == NEVER, NEVER, _number_of_day(period, days))


def _number_of_day(period: Period, days: Ints) -> Ints:
    if period.kind == "day":
        return days
    if period.kind == "week":
        return (days + _MONDAY - (period.cut_weekday - 1)) // 7
    months = dates.months(days) - (dates.days_of_month(days) < period.cut_day)
    return np.asarray((months - _first_month(period)) // _MONTHS[period.kind], np.int64)


def _entry(period: Period, days: Ints) -> Ints:
    begins, ends = _interval_days(period)
    place = np.searchsorted(begins, days, side="right") - 1
    return np.where((place >= 0) & (days < dates.at(ends, place)), place, NEVER)


def _edges(period: Period, numbers: Ints) -> tuple[Ints, Ints]:
    """What the wall clock shows as periods begin and end; `NEVER` where there is none."""
    if period.kind == "listed":
        begins, ends = _interval_days(period)
        none = (numbers < 0) | (numbers >= len(begins))
        first, last = dates.at(begins, numbers), dates.at(ends, numbers)
    else:
        none = numbers == NEVER
        known = np.where(none, 0, numbers)
        first, last = _first_day(period, known), _first_day(period, known + 1)
    minute = period.cut_minute * _MINUTE
    return np.where(none, NEVER, first * _DAY + minute), np.where(none, NEVER, last * _DAY + minute)


def _first_day(period: Period, numbers: Ints) -> Ints:
    if period.kind == "day":
        return numbers
    if period.kind == "week":
        return numbers * 7 - _MONDAY + period.cut_weekday - 1
    return dates.first_days(numbers * _MONTHS[period.kind] + _first_month(period)) + period.cut_day - 1


def _first_month(period: Period) -> int:
    return 0 if period.kind == "month" else period.cut_month - 1


def _interval_days(period: Period) -> tuple[Ints, Ints]:
    return dates.numbers(one.from_day for one in period.intervals), dates.numbers(
        one.to_day for one in period.intervals
    )


def _label_days(period: Period, begin: Ints, end: Ints) -> Ints:
    """The local day by which a period is known."""
    return begin // _DAY if period.labelled_by == "start" else (end - 1) // _DAY


def _a_year_before(period: Period, numbers: Ints) -> Ints:
    known = np.where(numbers == NEVER, 0, numbers)
    if period.kind in _MONTHS:
        return known - 12 // _MONTHS[period.kind]
    begin, end = _edges(period, known)
    if period.kind == "listed":
        wanted = dates.year_before(np.where(begin == NEVER, 0, begin // _DAY))
        begins, _ = _interval_days(period)
        place = np.searchsorted(begins, wanted)
        return np.where(dates.at(begins, place) == wanted, place, NEVER)
    label = _label_days(period, begin, end)
    if period.kind == "week":
        return np.asarray(known + (dates.same_week_a_year_before(label) - dates.mondays(label)) // 7, np.int64)
    return known + dates.year_before(label) - label


def _told(period: Period, zones: pl.Series, numbers: Ints) -> pl.DataFrame:
    begin, end = _edges(period, numbers)
    none = begin == NEVER
    return pl.DataFrame(
        {
            "period": _labels(period, numbers, none),
            "begins_at": instants(instants_of(zones, begin)),
            "ends_at": instants(instants_of(zones, end)),
        }
    )


def _labels(period: Period, numbers: Ints, none: Bools) -> pl.Series:
    distinct, place = np.unique(np.where(none, 0, numbers), return_inverse=True)
    if period.kind == "listed":
        labels = pl.Series([one.label for one in period.intervals] or [None], dtype=pl.String).gather(distinct)
    else:
        labels = dates.labels(period.kind, _label_days(period, *_edges(period, distinct)), period.label_format)
    return labels.gather(place).set(pl.Series(none), None)


def _repeated(zone: str, times: int) -> pl.Series:
    return pl.repeat(zone, times, dtype=pl.String, eager=True)
