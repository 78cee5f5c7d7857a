"""Reporting periods: noon to noon, from the 19th, Friday to Thursday, fiscal quarters, lists; and what to compare with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.lives import NEVER
from projections.reporting_periods import KINDS, compared, period_of, periods_at, periods_within
from schemas.errors import BadInput
from tests.unit.projections.offices import LOS_ANGELES, SHANGHAI, local, micros, shown, times

NOON = {"kind": "day", "cut_minute": 720, "labelled_by": "end"}
FROM_19 = {"kind": "month", "cut_day": 19, "labelled_by": "end"}
FROM_FRIDAY = {"kind": "week", "cut_weekday": 5, "labelled_by": "end"}
TERMS = {
    "kind": "listed",
    "intervals": [
        {"label": "spring", "from_day": date(2026, 3, 1), "to_day": date(2026, 7, 1)},
        {"label": "autumn", "from_day": date(2026, 9, 1), "to_day": date(2027, 1, 1)},
        {"label": "last spring", "from_day": date(2025, 3, 1), "to_day": date(2025, 6, 1)},
    ],
}


def zones(rows: int, zone: str = SHANGHAI) -> pl.Series:
    return pl.repeat(zone, rows, dtype=pl.String, eager=True)


def told(frame: pl.DataFrame, zone: str = SHANGHAI) -> list[tuple[str | None, str | None, str | None]]:
    begins, ends = (
        shown(frame[name].to_physical().fill_null(NEVER).to_numpy(), zone) for name in ("begins_at", "ends_at")
    )
    return list(zip(frame["period"], begins, ends, strict=True))


def at(period: dict[str, Any], *texts: str, zone: str = SHANGHAI) -> list[tuple[str | None, str | None, str | None]]:
    return told(periods_at(period_of(period), zones(len(texts), zone), local(*texts, zone=zone)), zone)


@pytest.mark.parametrize(
    ("period", "instant", "expected"),
    [
        (NOON, "2026-03-01 11:59", ("2026-03-01", "2026-02-28 12:00", "2026-03-01 12:00")),
        (NOON, "2026-03-01 12:00", ("2026-03-02", "2026-03-01 12:00", "2026-03-02 12:00")),
        (FROM_19, "2026-03-18 23:59", ("2026-03", "2026-02-19 00:00", "2026-03-19 00:00")),
        (FROM_19, "2026-03-19 00:00", ("2026-04", "2026-03-19 00:00", "2026-04-19 00:00")),
        (FROM_19, "2025-12-31 10:00", ("2026-01", "2025-12-19 00:00", "2026-01-19 00:00")),
        (FROM_FRIDAY, "2026-03-05 23:59", ("2026-W10", "2026-02-27 00:00", "2026-03-06 00:00")),
        (FROM_FRIDAY, "2026-03-06 00:00", ("2026-W11", "2026-03-06 00:00", "2026-03-13 00:00")),
        ({"kind": "day"}, "2026-03-01 11:59", ("2026-03-01", "2026-03-01 00:00", "2026-03-02 00:00")),
        ({"kind": "day", "labelled_by": "end"}, "2026-03-01 11:59", ("2026-03-01", "2026-03-01 00:00", "2026-03-02 00:00")),
        ({"kind": "week"}, "2027-01-03 10:00", ("2026-W53", "2026-12-28 00:00", "2027-01-04 00:00")),
        ({"kind": "month"}, "2026-02-28 10:00", ("2026-02", "2026-02-01 00:00", "2026-03-01 00:00")),
        ({"kind": "quarter"}, "2026-05-02 10:00", ("2026-Q2", "2026-04-01 00:00", "2026-07-01 00:00")),
        ({"kind": "half_year"}, "2026-07-01 00:00", ("2026-H2", "2026-07-01 00:00", "2027-01-01 00:00")),
        ({"kind": "year"}, "2026-05-02 10:00", ("2026", "2026-01-01 00:00", "2027-01-01 00:00")),
        ({"kind": "year", "cut_month": 9, "cut_day": 1}, "2026-08-31 23:59", ("2025", "2025-09-01 00:00", "2026-09-01 00:00")),
        ({"kind": "quarter", "cut_month": 12, "cut_day": 21, "labelled_by": "end"}, "2025-12-21 00:00",
         ("2026-Q1", "2025-12-21 00:00", "2026-03-21 00:00")),
        ({**NOON, "label_format": "%d.%m."}, "2026-03-01 11:59", ("01.03.", "2026-02-28 12:00", "2026-03-01 12:00")),
        (TERMS, "2026-06-30 23:59", ("spring", "2026-03-01 00:00", "2026-07-01 00:00")),
        (TERMS, "2026-07-01 00:00", (None, None, None)),
        (TERMS, "2020-07-01 00:00", (None, None, None)),
    ],
)  # fmt: skip
def test_the_period_of_an_instant(period: dict[str, Any], instant: str, expected: tuple[str, str, str]) -> None:
    assert at(period, instant) == [expected]


def test_no_instant_is_in_no_period() -> None:
    frame = periods_at(period_of(NOON), zones(2), np.array([NEVER, *local("2026-03-01 10:00")]))
    assert told(frame)[0] == (None, None, None)
    assert frame["period"].to_list() == [None, "2026-03-01"]
    assert periods_at(period_of({"kind": "listed"}), zones(1), local("2026-03-01 10:00"))["period"].to_list() == [None]


def test_each_row_is_cut_in_its_own_zone() -> None:
    midnight = np.repeat(local("2026-03-01 00:00"), 2)
    frame = periods_at(period_of({"kind": "day"}), pl.Series([SHANGHAI, LOS_ANGELES]), midnight)
    assert frame["period"].to_list() == ["2026-03-01", "2026-02-28"]


def test_a_day_as_clocks_change_has_another_length() -> None:
    frame = periods_at(period_of(NOON), zones(1, LOS_ANGELES), local("2026-03-08 03:00", zone=LOS_ANGELES))
    assert (frame["ends_at"] - frame["begins_at"]).to_list() == [timedelta(hours=23)]


def test_a_kind_that_we_do_not_know_is_named() -> None:
    with pytest.raises(BadInput, match="there is no period fortnight"):
        period_of({"kind": "fortnight"})


def test_the_far_ends_of_time_are_no_error() -> None:
    far = np.array([np.iinfo(np.int64).min + 1, np.iinfo(np.int64).max])
    for kind in KINDS:
        assert len(periods_at(period_of({"kind": kind, "labelled_by": "end"}), zones(2), far)) == 2


def test_all_periods_of_a_time() -> None:
    begin, end = local("2026-01-01 00:00", "2027-01-01 00:00").tolist()
    months = periods_within(period_of({"kind": "month"}), SHANGHAI, begin, end)
    assert months["period"].to_list() == [f"2026-{month:02}" for month in range(1, 13)]
    assert months["ends_at"].to_list()[:-1] == months["begins_at"].to_list()[1:]
    assert periods_within(period_of(TERMS), SHANGHAI, begin, end)["period"].to_list() == ["spring", "autumn"]


class TestComparison:
    def other(
        self, period: dict[str, Any], instant: str, until: str | None, comparison: str, zone: str = SHANGHAI
    ) -> Any:
        stop = local(until, zone=zone) if until else np.array([NEVER])
        (found,) = told(compared(period_of(period), zones(1, zone), local(instant, zone=zone), stop, comparison), zone)
        return found

    @pytest.mark.parametrize(
        ("period", "instant", "until", "expected"),
        [
            (NOON, "2026-03-01 11:00", None, ("2026-02-28", "2026-02-27 12:00", "2026-02-28 12:00")),
            (NOON, "2026-03-01 10:00", "2026-03-01 10:00", ("2026-02-28", "2026-02-27 12:00", "2026-02-28 10:00")),
            ({"kind": "month"}, "2026-03-05 11:00", "2026-03-11 00:00", ("2026-02", "2026-02-01 00:00", "2026-02-11 00:00")),
            ({"kind": "month"}, "2026-03-05 11:00", "2026-03-31 00:00", ("2026-02", "2026-02-01 00:00", "2026-03-01 00:00")),
            ({"kind": "month"}, "2026-03-05 11:00", "2026-05-01 00:00", ("2026-02", "2026-02-01 00:00", "2026-03-01 00:00")),
            (FROM_19, "2026-03-18 11:00", "2026-03-18 00:00", ("2026-02", "2026-01-19 00:00", "2026-02-15 00:00")),
            (TERMS, "2026-10-01 00:00", "2026-10-01 00:00", ("spring", "2026-03-01 00:00", "2026-03-31 00:00")),
            (TERMS, "2025-04-01 00:00", None, (None, None, None)),
        ],
    )  # fmt: skip
    def test_the_period_before(self, period: Any, instant: str, until: str | None, expected: Any) -> None:
        assert self.other(period, instant, until, "previous") == expected

    @pytest.mark.parametrize(
        ("period", "instant", "expected"),
        [
            (NOON, "2026-03-01 11:00", ("2025-03-01", "2025-02-28 12:00", "2025-03-01 12:00")),
            ({"kind": "day"}, "2024-02-29 11:00", ("2023-02-28", "2023-02-28 00:00", "2023-03-01 00:00")),
            (FROM_19, "2026-03-18 11:00", ("2025-03", "2025-02-19 00:00", "2025-03-19 00:00")),
            ({"kind": "week"}, "2026-03-05 11:00", ("2025-W10", "2025-03-03 00:00", "2025-03-10 00:00")),
            ({"kind": "week"}, "2027-01-02 11:00", ("2025-W52", "2025-12-22 00:00", "2025-12-29 00:00")),
            (FROM_FRIDAY, "2026-03-05 11:00", ("2025-W10", "2025-02-28 00:00", "2025-03-07 00:00")),
            ({"kind": "quarter"}, "2026-03-05 11:00", ("2025-Q1", "2025-01-01 00:00", "2025-04-01 00:00")),
            ({"kind": "half_year"}, "2026-03-05 11:00", ("2025-H1", "2025-01-01 00:00", "2025-07-01 00:00")),
            ({"kind": "year"}, "2024-03-05 11:00", ("2023", "2023-01-01 00:00", "2024-01-01 00:00")),
            (TERMS, "2026-04-01 00:00", ("last spring", "2025-03-01 00:00", "2025-06-01 00:00")),
            (TERMS, "2026-10-01 00:00", (None, None, None)),
        ],
    )
    def test_a_year_before(self, period: Any, instant: str, expected: Any) -> None:
        assert self.other(period, instant, None, "year_before") == expected

    def test_the_same_length_on_the_wall_clock_as_clocks_change(self) -> None:
        found = self.other({"kind": "day"}, "2026-03-09 11:00", "2026-03-09 11:00", "previous", LOS_ANGELES)
        assert found == ("2026-03-08", "2026-03-08 00:00", "2026-03-08 11:00")


PERIODS = st.one_of(
    st.fixed_dictionaries({"kind": st.just("day")}),
    st.fixed_dictionaries({"kind": st.just("week"), "cut_weekday": st.integers(1, 7)}),
    st.fixed_dictionaries({"kind": st.just("month"), "cut_day": st.integers(1, 28)}),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["quarter", "half_year", "year"]),
            "cut_day": st.integers(1, 28),
            "cut_month": st.integers(1, 12),
        }
    ),
)
CUTS = st.fixed_dictionaries({"cut_minute": st.integers(0, 1439), "labelled_by": st.sampled_from(["start", "end"])})
fewer = settings(max_examples=settings().max_examples // 2)
"""Each example is of many rows."""
WHEN = times(date(1985, 1, 1), date(2035, 1, 1))


@fewer
@given(
    rule=PERIODS,
    cut=CUTS,
    instants=st.lists(WHEN, min_size=1, max_size=10),
    zone=st.sampled_from([SHANGHAI, LOS_ANGELES]),
)
def test_periods_follow_one_another_without_gap_and_by_one_name(
    rule: dict[str, Any], cut: dict[str, Any], instants: list[datetime], zone: str
) -> None:
    period, when = period_of({**rule, **cut}), micros(*sorted(instants))
    found = periods_at(period, zones(len(when), zone), when).with_columns(pl.Series("at", when))
    begins, ends = found["begins_at"].to_physical(), found["ends_at"].to_physical()
    assert ((begins <= found["at"]) & (found["at"] < ends)).all()
    assert (
        found.select("period", "begins_at", "ends_at").unique().height
        == found["period"].n_unique()
        == begins.n_unique()
    )
    edges = np.concatenate([begins.to_numpy() - 1, ends.to_numpy()])
    earlier, later = np.split(np.arange(len(edges)), 2)
    neighbours = periods_at(period, zones(len(edges), zone), edges)
    assert neighbours["ends_at"].gather(earlier).to_list() == found["begins_at"].to_list()
    assert neighbours["begins_at"].gather(later).to_list() == found["ends_at"].to_list()
    before = compared(period, zones(len(when), zone), when, np.full(len(when), NEVER), "previous")
    assert before["ends_at"].to_list() == found["begins_at"].to_list()


@given(rule=PERIODS, cut=CUTS, instants=st.lists(WHEN, min_size=1, max_size=30))
def test_a_year_before_has_the_label_of_a_year_before(
    rule: dict[str, Any], cut: dict[str, Any], instants: list[datetime]
) -> None:
    period, when = period_of({**rule, **cut}), micros(*instants)
    never = np.full(len(when), NEVER)
    own = periods_at(period, zones(len(when)), when)["period"].to_list()
    other = compared(period, zones(len(when)), when, never, "year_before")["period"].to_list()
    for one, before in zip(own, other, strict=True):
        year, rest = one[:4], one[4:]
        assert before == f"{int(year) - 1:04}{ {'-02-29': '-02-28', '-W53': before[4:]}.get(rest, rest) }"
        assert rest != "-W53" or before[4:] in ("-W52", "-W53")
