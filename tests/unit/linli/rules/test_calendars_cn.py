"""The shipped calendars: generated from one public list of holidays, cross-checked with another, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import chinese_calendar
import holidays
import numpy as np

from linli.rules.read import load_rules
from projections.dates import number
from projections.lives import Bools
from projections.working_calendars import Calendars
from tests.seed_calendars import WORKED, YEARS, toml, works

DAYS = [date(YEARS.start, 1, 1) + timedelta(n) for n in range((date(YEARS.stop, 1, 1) - date(YEARS.start, 1, 1)).days)]
DISPUTED = date(2005, 12, 31)
"""Saturday 31 December 2005 was worked: the notice for 2006 (国办发明电〔2005〕35号) says so, and `holidays` too; it is the
only day of all these years on which `chinesecalendar` disagrees. The shipped calendars follow the notice.
"""


def shipped() -> Bools:
    """For each of the days whether the shipped calendars say that it is worked."""
    timeline = Calendars.of(one.model_dump() for one in load_rules("calendars-cn").rules.calendars).timeline("CN")
    assert timeline.days_known.all() and timeline.first_year == YEARS.start
    return np.isin([number(day) for day in DAYS], timeline.working_days)


def test_the_file_is_what_the_generator_writes() -> None:
    assert files("linli").joinpath("rules", "calendars-cn.toml").read_text(encoding="utf-8") == toml()


def test_each_day_is_as_in_the_other_list() -> None:
    other = holidays.country_holidays("CN", years=YEARS)
    assert [day for day, works_ in zip(DAYS, shipped(), strict=True) if works_ != other.is_working_day(day)] == []


def test_the_two_lists_differ_on_one_day_alone() -> None:
    other = holidays.country_holidays("CN", years=YEARS)
    assert [day for day in DAYS if chinese_calendar.is_workday(day) != other.is_working_day(day)] == [DISPUTED]
    assert frozenset({DISPUTED}) == WORKED and works(DISPUTED)


LEGAL = {
    **dict.fromkeys(range(2004, 2008), 10),
    **dict.fromkeys(range(2008, 2025), 11),
    **dict.fromkeys((2025, 2026), 13),
}
"""Legal holidays a year 法定节假日: 10, since 2008 11, since 2025 13."""
MOVED = {2005: -1, 2006: 1 - 2, 2007: 2, 2011: -1, 2012: 1, 2015: 1, 2020: 2}
"""Working days moved across the new year (2005/06, 2006/07, 2011/12), and days off by decree: 3 September 2015, and the
Spring Festival of 2020, which was made longer.
"""


def test_the_working_days_of_each_year() -> None:
    """Monday to Friday, less the legal holidays: whatever is moved within a year changes nothing."""
    told = dict(zip(DAYS, shipped(), strict=True))
    weekdays = {year: sum(day.isoweekday() < 6 for day in DAYS if day.year == year) for year in YEARS}
    worked = {year: sum(bool(works_) for day, works_ in told.items() if day.year == year) for year in YEARS}
    assert worked == {year: weekdays[year] - LEGAL[year] - MOVED.get(year, 0) for year in YEARS}
    assert (worked[2024], worked[2025], worked[2026]) == (251, 248, 248)
