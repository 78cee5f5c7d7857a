"""When limits end: both clocks, both starts, both ends; what waits; and the oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.limits import CLOCKS, ENDS, STARTS, Terms
from projections.lives import NEVER
from projections.working_clocks import Reckoned
from projections.working_time import WorkingTime
from tests.oracle_time import Missing, SlowOffice
from tests.unit.projections.offices import (
    BY_SEASON,
    DAY_AND_NIGHT,
    LOS_ANGELES,
    SHANGHAI,
    calendar,
    local,
    micros,
    shown,
    times,
    where,
    working_time,
    y2026,
)

SCHEMA = {"limit": pl.Int64, **dict.fromkeys(("unit", "clock", "starts", "ends"), pl.String)}
WORDS = list(product(("minutes", "hours", "days"), CLOCKS, STARTS, ENDS))
OFFICES = {
    "a city": ([y2026(), calendar(2025)], SHANGHAI),
    "by season": ([y2026(BY_SEASON), calendar(2025, BY_SEASON)], SHANGHAI),
    "day and night as clocks change": ([calendar(2026, DAY_AND_NIGHT)], LOS_ANGELES),
    "days alone": ([calendar(2026, [])], SHANGHAI),
}
CLOCKED = {name: (working_time(*told), SlowOffice(told, zone), zone) for name, (told, zone) in OFFICES.items()}


def terms(limit: int | None, *words: str | None, rows: int = 1) -> Terms:
    return Terms.of(pl.DataFrame([(limit, *words)] * rows, schema=SCHEMA, orient="row"))


def due(start: str, limit: int, *words: str, office: WorkingTime | None = None, zone: str = SHANGHAI) -> str | None:
    told = (office or working_time(y2026())).deadlines(where(zone=zone), local(start, zone=zone), terms(limit, *words))
    return shown(told.values, zone)[0]


@pytest.mark.parametrize(
    ("start", "limit", "words", "end"),
    [
        # Thursday 12 February 2026; 14 is worked, 15 to 23 are off.
        ("2026-02-12 16:00", 5, ("days", "working", "next_working_day", "office_day"), "2026-02-26 17:30"),
        ("2026-02-12 16:00", 5, ("days", "working", "next_working_day", "exact"), "2026-02-27 00:00"),
        ("2026-02-12 16:00", 5, ("days", "working", "at_once", "office_day"), "2026-02-26 17:30"),
        ("2026-02-12 16:00", 5, ("days", "working", "at_once", "exact"), "2026-02-26 16:00"),
        ("2026-02-12 16:00", 5, ("days", "elapsed", "at_once", "exact"), "2026-02-17 16:00"),
        ("2026-02-12 16:00", 5, ("days", "elapsed", "at_once", "office_day"), "2026-02-24 17:30"),
        ("2026-02-14 16:00", 5, ("days", "elapsed", "next_working_day", "exact"), "2026-03-01 00:00"),
        ("2026-02-14 16:00", 5, ("days", "elapsed", "next_working_day", "office_day"), "2026-02-28 17:30"),
        ("2026-02-13 16:00", 4, ("hours", "working", "at_once", "exact"), "2026-02-14 11:30"),
        ("2026-02-13 16:00", 4, ("hours", "working", "at_once", "office_day"), "2026-02-14 17:30"),
        ("2026-02-14 16:00", 4, ("hours", "working", "next_working_day", "exact"), "2026-02-24 14:30"),
        ("2026-02-14 16:00", 4, ("hours", "working", "next_working_day", "office_day"), "2026-02-24 17:30"),
        ("2026-02-14 16:00", 48, ("hours", "elapsed", "at_once", "exact"), "2026-02-16 16:00"),
        ("2026-02-14 16:00", 48, ("hours", "elapsed", "at_once", "office_day"), "2026-02-24 17:30"),
        ("2026-02-14 16:00", 24, ("hours", "elapsed", "next_working_day", "exact"), "2026-02-25 00:00"),
        ("2026-02-24 20:00", 60, ("minutes", "elapsed", "at_once", "office_day"), "2026-02-25 17:30"),
        # from a day that is not worked
        ("2026-02-20 10:00", 1, ("days", "working", "at_once", "exact"), "2026-02-25 00:00"),
        ("2026-02-20 10:00", 1, ("days", "working", "at_once", "office_day"), "2026-02-24 17:30"),
        ("2026-02-20 10:00", 30, ("minutes", "working", "at_once", "exact"), "2026-02-24 09:30"),
        # after hours of a working day
        ("2026-02-24 20:00", 1, ("days", "working", "at_once", "office_day"), "2026-02-25 17:30"),
        ("2026-02-24 20:00", 1, ("hours", "working", "at_once", "exact"), "2026-02-25 10:00"),
    ],
)  # fmt: skip
def test_figures_of_2026(start: str, limit: int, words: tuple[str, ...], end: str) -> None:
    assert due(start, limit, *words) == end


def test_a_day_is_a_day_on_the_wall_clock_as_clocks_change() -> None:
    centre = working_time(calendar(2026, DAY_AND_NIGHT, weekly_days_off=[]))
    days, hours = ("days", "elapsed", "at_once", "exact"), ("hours", "elapsed", "at_once", "exact")
    assert due("2026-03-07 12:00", 1, *days, office=centre, zone=LOS_ANGELES) == "2026-03-08 12:00"
    assert due("2026-03-07 12:00", 24, *hours, office=centre, zone=LOS_ANGELES) == "2026-03-08 13:00"
    assert due("2026-03-07 02:30", 1, *days, office=centre, zone=LOS_ANGELES) == "2026-03-08 03:00"


def test_a_time_that_is_shown_twice_means_the_first() -> None:
    start, words = local("2026-10-31 01:30", zone=LOS_ANGELES), ("days", "elapsed", "at_once", "exact")
    told = working_time().deadlines(where(zone=LOS_ANGELES), start, terms(1, *words))
    assert (told.values - start).tolist() == [24 * 3_600_000_000]


class TestWaiting:
    def told(self, start: str, limit: int, *words: str, office: WorkingTime | None = None) -> tuple[str | None, int]:
        told = (office or working_time(y2026())).deadlines(where(), local(start), terms(limit, *words))
        return shown(told.values)[0], int(told.missing_year[0])

    def test_what_ends_in_2027_waits_for_it(self) -> None:
        words = ("days", "working", "next_working_day", "office_day")
        assert self.told("2026-12-30 16:00", 1, *words) == ("2026-12-31 17:30", 0)
        assert self.told("2026-12-30 16:00", 2, *words) == (None, 2027)
        assert self.told("2026-12-31 16:00", 1, "hours", "elapsed", "next_working_day", "exact") == (None, 2027)
        assert self.told("2026-12-30 16:00", 3, "days", "elapsed", "at_once", "office_day") == (None, 2027)

    def test_the_last_day_of_the_year_may_end_it(self) -> None:
        assert self.told("2026-12-30 16:00", 1, "days", "working", "next_working_day", "exact") == (
            "2027-01-01 00:00",
            0,
        )

    def test_at_midnight_of_the_new_year_the_last_closing_may_be_of_the_old(self) -> None:
        assert self.told("2025-12-31 23:00", 60, "minutes", "elapsed", "at_once", "office_day") == (None, 2025)
        assert self.told("2025-12-31 23:00", 61, "minutes", "elapsed", "at_once", "office_day") == (
            "2026-01-04 17:30",
            0,
        )

    def test_an_elapsed_clock_needs_no_calendar(self) -> None:
        for limit, unit, end in ((30, "days", "2031-03-31 08:00"), (90, "minutes", "2031-03-01 09:30")):
            told = self.told("2031-03-01 08:00", limit, unit, "elapsed", "at_once", "exact", office=working_time())
            assert told == (end, 0)

    def test_days_need_no_office_hours_but_their_end_may(self) -> None:
        days = working_time(calendar(2026, []))
        words = ("days", "working", "next_working_day")
        assert self.told("2026-03-02 16:00", 1, *words, "exact", office=days) == ("2026-03-04 00:00", 0)
        assert self.told("2026-03-02 16:00", 1, *words, "office_day", office=days) == (None, 2026)

    def test_the_year_of_the_start_counts_only_where_it_matters(self) -> None:
        start = "2025-12-31 16:00"
        assert self.told(start, 1, "days", "working", "next_working_day", "exact") == ("2026-01-05 00:00", 0)
        assert self.told(start, 1, "days", "working", "at_once", "exact") == (None, 2025)


class TestTerms:
    @pytest.mark.parametrize(
        "told",
        [
            (None, "days", "working", "at_once", "exact"),
            (0, "days", "working", "at_once", "exact"),
            (-5, "hours", "elapsed", "at_once", "exact"),
            (5, "moons", "working", "at_once", "exact"),
            (5, None, "working", "at_once", "exact"),
            (5, "days", "sundial", "at_once", "exact"),
            (5, "days", "working", None, "exact"),
            (5, "days", "working", "at_once", "roughly"),
        ],
    )
    def test_what_is_no_limit_has_no_deadline_and_waits_for_nothing(self, told: tuple[Any, ...]) -> None:
        without = terms(*told)
        assert not without.stated.any()
        found = working_time().deadlines(where(), local("2026-03-02 10:00"), without)
        assert (found.values.tolist(), found.missing_year.tolist()) == ([NEVER], [0])

    def test_a_clock_that_did_not_start_has_no_deadline(self) -> None:
        found = working_time(y2026()).deadlines(where(), np.array([NEVER]), terms(1, *WORDS[0]))
        assert (found.values.tolist(), found.missing_year.tolist()) == ([NEVER], [0])

    @pytest.mark.parametrize("unit", ["minutes", "hours", "days"])
    def test_endless_limits_end_with_the_century(self, unit: str) -> None:
        found = due("2026-03-02 10:00", 2**62, unit, "elapsed", "at_once", "exact")
        assert found is not None and found.startswith("2126-")


def all_of(quick: WorkingTime, zone: str, told: list[tuple[datetime, int]]) -> Reckoned:
    """Of all kinds of limits for each start and limit, one after the other."""
    levels = pl.DataFrame([(limit, *words) for _, limit in told for words in WORDS], schema=SCHEMA, orient="row")
    starts = micros(*(start for start, _ in told)).repeat(len(WORDS))
    return quick.deadlines(where(len(starts), zone), starts, Terms.of(levels))


fewer = settings(max_examples=settings().max_examples // 2)
"""Each example is of many rows."""
STARTING = times(date(2025, 12, 1), date(2027, 1, 1)) | st.sampled_from(
    [
        datetime(2026, 3, 6, 16, tzinfo=UTC),
        datetime(2026, 3, 9, 8, tzinfo=UTC),
        datetime(2026, 3, 7, 10, 30, tzinfo=UTC),
    ]
)


@pytest.mark.parametrize("office", CLOCKED)
@fewer
@given(start=STARTING, limit=st.integers(1, 40))
def test_the_oracle_says_the_same_of_all_kinds_of_limits(office: str, start: datetime, limit: int) -> None:
    quick, slow, zone = CLOCKED[office]
    found = all_of(quick, zone, [(start, limit)])
    for words, value, missing in zip(WORDS, found.values.tolist(), found.missing_year.tolist(), strict=True):
        try:
            expected = (int(micros(slow.ends(start, limit, *words))[0]), 0)
        except Missing as error:
            expected = (NEVER, error.year)
        assert (value, missing) == expected, words


@pytest.mark.parametrize("office", CLOCKED)
@fewer
@given(start=STARTING, limit=st.integers(1, 40), later=st.timedeltas(timedelta(), timedelta(days=3)))
def test_a_later_start_or_a_longer_limit_never_ends_earlier(
    office: str, start: datetime, limit: int, later: timedelta
) -> None:
    quick, _, zone = CLOCKED[office]
    told = all_of(quick, zone, [(start, limit), (start, limit + 1), (start + later, limit)])
    first, longer, begun_later = np.split(told.values, 3)
    for other in (longer, begun_later):
        known = (first != NEVER) & (other != NEVER)
        assert (other[known] >= first[known]).all()
    assert (first[first != NEVER] >= micros(start)).all()
