"""Arithmetic on the dates of the calendar; days are numbered from 1970-01-01, months from January 1970."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from projections.lives import Ints

_EPOCH: Final = date(1970, 1, 1)


def number(day: date) -> int:
    """The number of a day."""
    return (day - _EPOCH).days


def numbers(days: Iterable[date]) -> Ints:
    """The numbers of days."""
    return np.array([number(day) for day in days], np.int64)


def at(values: Ints, places: Ints) -> Ints:
    """The value at each place, the nearest one beyond the ends; of nothing 0."""
    return values[np.clip(places, 0, len(values) - 1)] if len(values) else np.zeros(len(places), np.int64)


def years(days: Ints) -> Ints:
    """The year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def months(days: Ints) -> Ints:
    """The month of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_days(of_months: Ints) -> Ints:
    """The first day of each month."""
    return of_months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def days_of_month(days: Ints) -> Ints:
    """The day of the month, 1 to 31."""
    return days - first_days(months(days)) + 1


def month_days(days: Ints) -> Ints:
    """Month and day of the month as one number: 501 is 1 May."""
    return (months(days) % 12 + 1) * 100 + days_of_month(days)


def weekdays(days: Ints) -> Ints:
    """ISO weekday, 1 Monday to 7 Sunday."""
    return (days + 3) % 7 + 1


def mondays(days: Ints) -> Ints:
    """The Monday of the ISO week of each day."""
    return days - weekdays(days) + 1


def year_before(days: Ints) -> Ints:
    """The same day of the month a year before; for 29 February the 28th."""
    month = months(days) - 12
    length = first_days(month + 1) - first_days(month)
    return np.asarray(first_days(month) + np.minimum(days_of_month(days), length) - 1, np.int64)


def same_week_a_year_before(days: Ints) -> Ints:
    """The Monday of the ISO week of the same number a year before; its last week for a week 53 that it lacks."""
    monday = mondays(days)
    first = _first_mondays(years(monday + 3))
    before = _first_mondays(years(monday + 3) - 1)
    return np.asarray(np.minimum(before + monday - first, first - 7), np.int64)


def labels(kind: str, days: Ints, label_format: str | None = None) -> pl.Series:
    """The label (String) of the day, week, month, quarter, half_year or year of each day, or as strftime writes the day."""
    within = np.clip(days, number(date.min), number(date.max))
    told = [_EPOCH + timedelta(day) for day in within.tolist()]
    return pl.Series(
        [_label(kind, day) if label_format is None else day.strftime(label_format) for day in told], dtype=pl.String
    )


def _label(kind: str, day: date) -> str:
    """2026-03-01, 2026-W09, 2026-03, 2026-Q1, 2026-H1, 2026."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    length = {"day": len("2026-03-01"), "month": len("2026-03")}.get(kind, len("2026"))
    half = {"quarter": f"-Q{(day.month + 2) // 3}", "half_year": f"-H{(day.month + 5) // 6}"}.get(kind, "")
    return day.isoformat()[:length] + half


def _first_mondays(of_years: Ints) -> Ints:
    """The Monday of week 1 of each ISO year: the week of 4 January."""
    return mondays(first_days((of_years - 1970) * 12) + 3)
