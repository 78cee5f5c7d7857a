"""Working time between instants: figures of 2026, an oracle that walks from minute to minute and day to day, properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.lives import NEVER
from projections.working_time import Where, WorkingTime, whole_seconds
from tests.oracle_time import Missing, SlowOffice
from tests.unit.projections.offices import (
    ALL_YEAR,
    BY_SEASON,
    DAY_AND_NIGHT,
    LOS_ANGELES,
    SHANGHAI,
    calendar,
    local,
    micros,
    shown,
    stretch,
    times,
    where,
    working_time,
    y2026,
)

HOUR = 3_600
NIGHT_SHIFT = [stretch("00:00", "06:00"), stretch("22:00", "24:00")]
OFFICES = {
    "a city": ([calendar(2025), y2026()], SHANGHAI, 2025, 2026),
    "by season": ([calendar(2025, BY_SEASON), y2026(BY_SEASON)], SHANGHAI, 2025, 2026),
    "day and night as clocks change": ([calendar(2026, DAY_AND_NIGHT, weekly_days_off=[])], LOS_ANGELES, 2026, 2026),
    "at night as clocks change": ([calendar(2026, NIGHT_SHIFT)], LOS_ANGELES, 2026, 2026),
    "daylight saving of old": ([calendar(1988, ALL_YEAR), calendar(1989, DAY_AND_NIGHT)], SHANGHAI, 1988, 1989),
    "a gap of a year": ([calendar(2024), calendar(2026, [])], SHANGHAI, 2023, 2027),
}
CLOCKS = {name: (working_time(*told), SlowOffice(told, zone), zone) for name, (told, zone, *_) in OFFICES.items()}

offices = pytest.mark.parametrize("office", OFFICES)


def instants(office: str) -> st.SearchStrategy[datetime]:
    _, _, first, last = OFFICES[office]
    return times(date(first, 1, 1), date(last, 12, 31))


def between(begin: str, end: str, zone: str = SHANGHAI, office: WorkingTime | None = None) -> int | None:
    told = (office or working_time(y2026())).between(where(zone=zone), local(begin, zone=zone), local(end, zone=zone))
    (seconds,) = whole_seconds(told)
    assert seconds is None or isinstance(seconds, int)
    return seconds


class TestFigures:
    def test_over_the_spring_festival(self) -> None:
        """Friday 13 February from 16:00, Saturday 14 (made up), Tuesday 24 until 10:00."""
        assert between("2026-02-13 16:00", "2026-02-24 10:00") == 1.5 * HOUR + 7 * HOUR + 1 * HOUR

    @pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
    def test_make_up_days_count_whole(self, day: str) -> None:
        assert between(f"2026-{day} 00:00", f"2026-{day} 24:00".replace(" 24:00", " 23:59")) == 7 * HOUR

    def test_the_year(self) -> None:
        assert between("2026-01-01 00:00", "2026-12-31 23:59") == 248 * 7 * HOUR

    def test_over_noon_and_to_the_second(self) -> None:
        assert between("2026-03-02 11:59:30", "2026-03-02 13:30:15") == 45

    def test_backwards_it_is_negative(self) -> None:
        assert between("2026-03-02 10:00", "2026-03-02 09:00") == -HOUR

    def test_an_hour_more_and_an_hour_less_as_clocks_change(self) -> None:
        centre = working_time(calendar(2026, DAY_AND_NIGHT, weekly_days_off=[]))
        assert between("2026-03-08 00:00", "2026-03-09 00:00", LOS_ANGELES, centre) == 23 * HOUR
        assert between("2026-11-01 00:00", "2026-11-02 00:00", LOS_ANGELES, centre) == 25 * HOUR

    def test_hours_that_begin_while_clocks_jump_begin_with_the_jump(self) -> None:
        night = working_time(calendar(2026, [stretch("02:30", "04:00")], weekly_days_off=[]))
        assert between("2026-03-07 00:00", "2026-03-08 00:00", LOS_ANGELES, night) == 1.5 * HOUR
        assert between("2026-03-08 00:00", "2026-03-09 00:00", LOS_ANGELES, night) == 1 * HOUR

    def test_hours_that_clocks_jump_over_are_not_worked(self) -> None:
        night = working_time(calendar(2026, [stretch("02:15", "02:45")], weekly_days_off=[]))
        at = local("2026-03-08 00:00", zone=LOS_ANGELES)
        assert shown(night.next_working(where(zone=LOS_ANGELES), at).values, LOS_ANGELES) == ["2026-03-09 02:15"]

    def test_office_hours_by_a_clock_an_hour_ahead(self) -> None:
        """In the summer of 1988 Shanghai's clocks went an hour ahead: 9:00 was 0:00 UTC."""
        told = working_time(calendar(1988)).next_working(where(), micros(datetime(1988, 7, 4, tzinfo=UTC)))
        assert told.values.tolist() == micros(datetime(1988, 7, 4, tzinfo=UTC)).tolist()

    def test_two_hours_after(self) -> None:
        start = local("2026-02-13 16:30", "2026-02-14 11:00", "2026-01-01 03:00")
        told = working_time(y2026()).after(where(3), start, np.full(3, 2 * HOUR))
        assert shown(told.values) == ["2026-02-14 10:00", "2026-02-14 14:30", "2026-01-04 11:00"]

    def test_a_day_that_is_used_up_ends_as_the_office_closes(self) -> None:
        told = working_time(y2026()).after(where(), local("2026-02-14 09:00"), np.array([7 * HOUR]))
        assert shown(told.values) == ["2026-02-14 17:30"]

    def test_open_or_closed(self) -> None:
        at = local("2026-02-14 08:59", "2026-02-14 09:00", "2026-02-14 12:00", "2026-02-15 10:00", "2026-02-14 17:29")
        told = working_time(y2026())
        assert told.is_working(where(5), at).values.tolist() == [0, 1, 0, 0, 1]
        assert shown(told.next_working(where(5), at).values) == [
            "2026-02-14 09:00", "2026-02-14 09:00", "2026-02-14 13:30", "2026-02-24 09:00", "2026-02-14 17:29",
        ]  # fmt: skip


class TestWaiting:
    def test_the_year_2027_is_never_guessed(self) -> None:
        told = working_time(y2026()).after(
            where(2), local("2026-12-31 16:30", "2026-12-31 16:30"), np.array([HOUR, HOUR + 1])
        )
        assert (told.waiting.tolist(), told.missing_year.tolist()) == ([False, True], [0, 2027])
        assert shown(told.values) == ["2026-12-31 17:30", None]

    def test_midnight_ends_the_old_year(self) -> None:
        centre = working_time(calendar(2026, DAY_AND_NIGHT, weekly_days_off=[]))
        told = centre.after(
            where(2), local("2026-12-31 00:00", "2026-12-31 00:00"), np.array([24 * HOUR, 24 * HOUR + 1])
        )
        assert (shown(told.values), told.missing_year.tolist()) == (["2027-01-01 00:00", None], [0, 2027])

    def test_an_interval_needs_the_years_that_it_touches(self) -> None:
        begin = local(
            "2025-12-31 23:00", "2026-12-31 00:00", "2026-12-31 00:00", "2030-01-01 00:00", "2030-01-01 00:00"
        )
        end = local("2026-01-01 00:00", "2027-01-01 00:00", "2027-01-01 00:01", "2030-01-01 00:00", "2031-05-01 00:00")
        told = working_time(y2026()).between(where(5), begin, end)
        assert told.missing_year.tolist() == [2025, 0, 2027, 0, 2030]
        assert whole_seconds(told).to_list() == [None, 7 * HOUR, None, 0, None]

    def test_the_first_missing_year_is_named(self) -> None:
        told = working_time(calendar(2022), calendar(2025)).between(
            where(), local("2022-05-01 00:00"), local("2026-05-01 00:00")
        )
        assert told.missing_year.tolist() == [2023]

    def test_a_year_without_hours_has_days_and_no_working_time(self) -> None:
        told = working_time(calendar(2026, [])).is_working(where(), local("2026-03-02 10:00"))
        assert (told.missing_year.tolist(), told.values.tolist()) == ([2026], [NEVER])

    def test_a_region_without_calendars(self) -> None:
        for region in ("nowhere", None):
            told = working_time(y2026()).next_working(where(region=region), local("2026-03-02 10:00"))
            assert told.missing_year.tolist() == [2026]

    def test_what_is_not_stated_waits_for_nothing(self) -> None:
        told = working_time().between(where(), np.array([NEVER]), local("2026-03-02 10:00"))
        assert (told.values.tolist(), told.waiting.tolist()) == ([NEVER], [False])
        assert working_time().after(where(), np.array([NEVER]), np.array([1])).missing_year.tolist() == [0]


def test_each_row_has_its_region_and_zone() -> None:
    centre = {**calendar(2026, DAY_AND_NIGHT, weekly_days_off=[]), "region": "US"}
    mixed, at = [where(2), where(2, LOS_ANGELES, "US"), where(1)], np.repeat(local("2026-03-02 10:00"), 5)
    regions, zones = mixed[0].regions, mixed[0].zones
    for one in mixed[1:]:
        regions, zones = regions.append(one.regions), zones.append(one.zones)
    order = np.array([0, 2, 1, 3, 4])
    told = working_time(y2026(), centre).between(Where(regions[order], zones[order]), at, at + 86_400_000_000)
    assert whole_seconds(told).to_list() == [7 * HOUR, 24 * HOUR, 7 * HOUR, 24 * HOUR, 7 * HOUR]


def test_of_no_rows_nothing() -> None:
    nothing = np.array([], np.int64)
    assert len(working_time(y2026()).between(where(0), nothing, nothing).values) == 0


@offices
@given(data=st.data())
def test_between_and_after_are_those_of_the_oracle(office: str, data: st.DataObject) -> None:
    quick, slow, zone = CLOCKS[office]
    begin, length = data.draw(instants(office)), data.draw(st.timedeltas(timedelta(), timedelta(days=60)))
    told = quick.between(where(zone=zone), micros(begin), micros(begin + length))
    try:
        worked = slow.worked(begin, begin + length)
        expected = (worked // timedelta(microseconds=1), 0)
    except Missing as missing:
        expected = (NEVER, missing.year)
    assert (told.values[0], told.missing_year[0]) == expected
    if told.waiting.any():
        return
    seconds = np.array([worked // timedelta(seconds=1)])
    reached = quick.after(where(zone=zone), micros(begin), seconds)
    assert reached.values.tolist() == micros(slow.after(begin, timedelta(seconds=int(seconds[0])))).tolist()


@offices
@given(data=st.data())
def test_minute_by_minute(office: str, data: st.DataObject) -> None:
    """Whole minutes during which the wall clock shows office hours, one after the other."""
    quick, slow, zone = CLOCKS[office]
    begin = data.draw(instants(office)).replace(second=0, microsecond=0)
    minutes = [begin + timedelta(minutes=number) for number in range(data.draw(st.integers(0, 100)))]
    told = quick.between(where(zone=zone), micros(begin), micros(begin + timedelta(minutes=len(minutes))))
    open_ = quick.is_working(where(len(minutes), zone), micros(*minutes))
    if not open_.waiting.any():
        assert open_.values.tolist() == [slow.is_working(minute) for minute in minutes]
        assert told.values.tolist() == [open_.values.sum() * 60_000_000]


@offices
@given(data=st.data())
def test_working_time_adds_up_and_never_runs_back(office: str, data: st.DataObject) -> None:
    quick, _, zone = CLOCKS[office]
    told = sorted(data.draw(st.lists(instants(office), min_size=3, max_size=20)))
    at = micros(*told)
    rows = where(len(at) - 1, zone)
    pieces, whole = quick.between(rows, at[:-1], at[1:]), quick.between(where(zone=zone), at[:1], at[-1:])
    assert whole.waiting.any() == pieces.waiting.any()
    if not whole.waiting.any():
        assert pieces.values.min() >= 0
        assert pieces.values.sum() == whole.values[0]
        assert (pieces.values <= at[1:] - at[:-1]).all()
        assert (quick.between(rows, at[1:], at[:-1]).values == -pieces.values).all()


@offices
@given(data=st.data())
def test_after_is_the_way_back_from_between(office: str, data: st.DataObject) -> None:
    """After what was worked between two instants comes the second, or the moment when work was last done before it."""
    quick, _, zone = CLOCKS[office]
    begin = micros(data.draw(instants(office)))
    end = begin + data.draw(st.integers(0, 60 * 24 * HOUR)) * 1_000_000
    worked = quick.between(where(zone=zone), begin, end)
    if worked.waiting.any():
        return
    clock = quick.clock("CN", zone)
    reached = clock.after(begin, worked.values)
    assert not reached.waiting.any()
    assert (begin <= reached.values).all() and (reached.values <= end).all()
    assert clock.worked(begin, reached.values).values.tolist() == worked.values.tolist()
    assert clock.worked(reached.values, end).values.tolist() == [0]


@offices
@given(data=st.data())
def test_more_work_never_ends_earlier(office: str, data: st.DataObject) -> None:
    quick, _, zone = CLOCKS[office]
    start = np.repeat(micros(data.draw(instants(office))), 10)
    seconds = np.sort(np.array(data.draw(st.lists(st.integers(0, 90 * HOUR), min_size=10, max_size=10))))
    told = quick.after(where(10, zone), start, seconds)
    reached = told.values[~told.waiting]
    assert (np.diff(reached) >= 0).all() and not np.diff(told.waiting.astype(int)).min(initial=0)
