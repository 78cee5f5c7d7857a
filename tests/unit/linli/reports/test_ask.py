"""Questions as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linli.reports.ask import a_day, an_instant, dimensions, period
from schemas.errors import WrongUsage


class TestInstants:
    def test_a_bare_date_begins_there(self) -> None:
        assert an_instant("2023-03-01", "Asia/Shanghai") == datetime(2023, 2, 28, 16, tzinfo=UTC)
        assert an_instant("2022-06-01", "America/New_York") == datetime(2022, 6, 1, 4, tzinfo=UTC)

    def test_an_offset_is_taken_as_it_is(self) -> None:
        assert an_instant("2023-03-01T08:00:00+08:00", "America/New_York") == datetime(2023, 3, 1, tzinfo=UTC)
        assert an_instant("2023-03-01T00:00:00Z", "America/New_York") == datetime(2023, 3, 1, tzinfo=UTC)

    def test_anything_else_is_wrong_usage(self) -> None:
        with pytest.raises(WrongUsage) as raised:
            an_instant("yesterday", "Asia/Shanghai")
        assert raised.value.code == "usage.instant"


class TestPeriods:
    def test_open_ends(self) -> None:
        assert period(None, None) == (None, None)
        assert period("2023-03-01", None) == (date(2023, 3, 1), None)

    @pytest.mark.parametrize("until", ["2023-03-01", "2023-02-28"])
    def test_nothing_in_between(self, until: str) -> None:
        with pytest.raises(WrongUsage) as raised:
            period("2023-03-01", until)
        assert raised.value.code == "usage.period"

    def test_a_day_that_does_not_exist(self) -> None:
        with pytest.raises(WrongUsage, match="--to '2023-02-30'"):
            a_day("2023-02-30", "--to")


class TestDimensions:
    def test_a_list_each_once(self) -> None:
        assert dimensions("day, place,day", ("day", "place"), (), "counts") == ("day", "place")

    def test_none_asks_for_totals(self) -> None:
        assert dimensions("none", ("day",), ("day",), "counts") == ()

    def test_the_default(self) -> None:
        assert dimensions(None, ("day",), ("day",), "counts") == ("day",)

    def test_an_unknown_one_names_the_known(self) -> None:
        with pytest.raises(WrongUsage) as raised:
            dimensions("colour", ("day", "place"), (), "counts")
        assert raised.value.expected == "day, place, none"
