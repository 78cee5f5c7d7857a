"""Which days are worked in a region, and what is not known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from projections.dates import number, numbers
from projections.working_calendars import Calendars, calendar_of, month_day
from tests.oracle_time import SlowOffice
from tests.unit.projections.offices import ALL_YEAR, BY_SEASON, calendar, stretch, y2026

MAKE_UP_DAYS_OF_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def worked(*records: dict[str, object], region: str | None = "CN") -> list[date]:
    return [date(1970, 1, 1) + timedelta(day) for day in Calendars.of(records).timeline(region).working_days.tolist()]


def test_the_weekends_worked_in_2026() -> None:
    assert [str(day) for day in worked(y2026()) if day.isoweekday() > 5] == MAKE_UP_DAYS_OF_2026


def test_the_working_days_of_2026() -> None:
    by_month = [sum(day.month == month for day in worked(y2026())) for month in range(1, 13)]
    assert (by_month, sum(by_month)) == ([21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23], 248)


def test_a_week_may_have_other_days_off_or_none() -> None:
    assert len(worked(calendar(2025, weekly_days_off=[]))) == 365
    assert {day.isoweekday() for day in worked(calendar(2025, weekly_days_off=[5]))} == {1, 2, 3, 4, 6, 7}
    assert calendar_of({"region": "CN", "year": 2025}).weekly_days_off == {6, 7}


def test_a_notice_moves_days_of_the_year_before() -> None:
    december = date(2025, 12, 27)
    told = [calendar(2025), calendar(2026, working_days=[december], days_off=[date(2025, 12, 29), date(2027, 1, 1)])]
    days = worked(*told)
    assert december in days
    assert date(2025, 12, 29) not in days
    assert days == [
        day for day in (date(2025, 1, 1) + timedelta(n) for n in range(730)) if SlowOffice(told, "UTC").works_on(day)
    ]


def test_of_two_editions_the_later_counts() -> None:
    assert date(2026, 2, 16) in worked(y2026(), calendar(2026))


def test_years_in_between_may_be_missing() -> None:
    """Even where a neighbour's notice names days of them."""
    named = calendar(2024, working_days=[date(2025, 1, 4)])
    timeline = Calendars.of([named, calendar(2026, hours=[])]).timeline("CN")
    assert timeline.days_known.tolist() == [True, False, True]
    assert timeline.hours_known.tolist() == [True, False, False]
    assert not any(number(date(2025, 1, 1)) <= day < number(date(2026, 1, 1)) for day in timeline.working_days)


def test_what_a_result_may_wait_for() -> None:
    calendars = Calendars.of([y2026(), calendar(2025, hours=[])])
    assert [calendars.lacks("CN", year) for year in (2024, 2025, 2026)] == ["calendar", "hours", ""]
    assert calendars.lacks("nowhere", 2026) == calendars.lacks(None, 2026) == "calendar"
    assert worked(y2026(), region=None) == []


def test_hours_by_season() -> None:
    timeline = Calendars.of([y2026(BY_SEASON)]).timeline("CN")
    wanted = numbers([date(2026, 4, 30), date(2026, 5, 6), date(2026, 9, 30), date(2026, 10, 8)])
    closes = dict(zip(timeline.closing_days.tolist(), timeline.closes.tolist(), strict=True))
    assert [divmod(closes[day] - day * 1440, 60) for day in wanted.tolist()] == [(17, 30), (18, 0), (18, 0), (17, 30)]


def test_stretches_that_overlap_or_touch_are_one() -> None:
    hours = [stretch("09:00", "12:00"), stretch("11:00", "13:00"), stretch("13:00", "14:00"), stretch("15:00", "16:00")]
    timeline = Calendars.of([calendar(2026, hours)]).timeline("CN")
    first = timeline.working_days[0] * 1440
    assert (timeline.begins[:2] - first).tolist() == [9 * 60, 15 * 60]
    assert (timeline.ends[:2] - first).tolist() == [14 * 60, 16 * 60]


@pytest.mark.parametrize(
    "wrong", [stretch("12:00", "09:00"), {**ALL_YEAR[0], "from_month_day": "13-01"}, {**ALL_YEAR[0], "to_minute": 1441}]
)
def test_hours_that_cannot_be_read_are_not_stated(wrong: dict[str, object]) -> None:
    assert calendar_of(calendar(2026, [ALL_YEAR[0], wrong])).office_hours == ()


def test_years_out_of_reach_are_not_published() -> None:
    assert Calendars.of([calendar(200_000)]).find("CN", 200_000) is None


def test_month_days() -> None:
    told = [month_day(text) for text in ("05-01", "02-29", "02-30", "5-1", "0501", "", "05-01 ")]
    assert told == [501, 229, None, None, None, None, None]
