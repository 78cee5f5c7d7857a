"""Columns of text become columns of values; what cannot be read is marked, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.files import values
from tests.unit.producers.files.desk import micros

MIN, MAX = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1980, 2035))
SHANGHAI, ANGELES = "Asia/Shanghai", "America/Los_Angeles"


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月1日 9时05分",
        "2026年03月01日9时5分",
        "2026年3月1日\u30009时05分",
        "2026年3月1日 09:05",
        "2026-03-01 9:05",
        "2026/3/1 09:05",
        "2026-03-01T09:05:00",
        "2026-03-01T01:05:00Z",
        "2026-03-01T09:05:00+08:00",
        "2026-03-01T09:05:00.000+0800",
        "46082.378472",
    ],
)
def test_times_that_can_be_read_in_one_way_need_no_format(text: str) -> None:
    found = values.times(pl.Series([text]), None, SHANGHAI).values[0]
    assert abs(found - micros("2026-03-01T09:05+08:00")) < 100_000


@pytest.mark.parametrize(
    "text", ["3/1/2026", "20260301", "2026-02-30", "26-1-1", "9:05", "2026", "昨天", "1850-01-01", "nan", "inf"]
)
def test_other_times_are_wrong(text: str) -> None:
    parsed = values.times(pl.Series([text, None]), None, SHANGHAI)
    assert parsed.values.to_list() == [None, None]
    assert parsed.wrong.to_list() == [True, False]


def test_formats_are_tried_in_order_and_iso_always() -> None:
    texts = pl.Series(["3/1/26 9:05", "1.3.2026", "2026-03-01T09:05:00", "x"])
    parsed = values.times(texts, ["%m/%d/%y %H:%M", "%d.%m.%Y"], SHANGHAI)
    nine, midnight = micros("2026-03-01T09:05+08:00"), micros("2026-03-01T00:00+08:00")
    assert parsed.values.to_list() == [nine, midnight, nine, None]
    assert parsed.wrong.to_list() == [False, False, False, True]


def test_clocks_that_go_forward_and_back() -> None:
    parsed = values.times(pl.Series(["2020-03-08 02:30", "2020-11-01 01:30", "2020-03-08 03:30"]), None, ANGELES)
    assert parsed.values.to_list() == [None, micros("2020-11-01T01:30-07:00"), micros("2020-03-08T03:30-07:00")]
    assert parsed.gap is not None
    assert (parsed.gap.to_list(), parsed.wrong.to_list()) == ([True, False, False], [False, False, False])


@given(st.lists(st.datetimes(MIN, MAX), min_size=1, max_size=20))
def test_local_times_agree_with_the_standard_library(moments: list[datetime]) -> None:
    moments = [moment.replace(microsecond=0) for moment in moments]
    found = values.times(
        pl.Series([f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments]), None, ANGELES
    ).values.to_list()
    for moment, value in zip(moments, found, strict=True):
        instant = moment.replace(tzinfo=ZoneInfo(ANGELES)).astimezone(UTC)
        exists = instant.astimezone(ZoneInfo(ANGELES)).replace(tzinfo=None) == moment
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        assert value == ((instant - epoch) // timedelta(microseconds=1) if exists else None)


@given(st.text(max_size=12))
def test_no_text_breaks_a_reader(text: str) -> None:
    texts = pl.Series([text, None])
    for parsed in (
        values.times(texts, None, SHANGHAI),
        values.dates(texts, None),
        values.numbers(texts, pl.Int32),
        values.numbers(texts, pl.Float64),
        values.booleans(texts),
    ):
        assert parsed.values.is_null().to_list()[0] in (
            parsed.wrong[0],
            parsed.wrong[0] or bool(parsed.gap is not None and parsed.gap[0]),
        )
        assert (parsed.values[1], parsed.wrong[1]) == (None, False)


def test_dates() -> None:
    parsed = values.dates(pl.Series(["2026-03-01", "2026年3月1日", "2026-03-01T23:00:00+08:00", "x"]), None)
    assert parsed.values.to_list() == [20513, 20513, 20513, None]
    assert parsed.wrong.to_list() == [False, False, False, True]


def test_numbers() -> None:
    parsed = values.numbers(pl.Series(["1", "1.0", "1.5", "3e9", "nan", "1,000", None]), pl.Int32)
    assert parsed.values.to_list() == [1, 1, None, None, None, None, None]
    assert parsed.wrong.to_list() == [False, False, True, True, True, True, False]
    assert values.numbers(pl.Series(["-118.5", "inf"]), pl.Float64).values.to_list() == [-118.5, None]


def test_booleans() -> None:
    parsed = values.booleans(pl.Series(["是", "No", "1", "?"]))
    assert parsed.values.to_list() == [True, False, True, None]
    assert parsed.wrong.to_list() == [False, False, False, True]


@pytest.mark.parametrize(
    ("form", "usable"),
    [
        ("%m/%d/%y %H:%M", True),
        ("excel", True),
        ("%Y-%m-%dT%H:%M:%S%#z", True),
        ("%Q", False),
        ("abc", False),
        ("%H", False),
    ],
)
def test_formats_that_can_be_used(form: str, usable: bool) -> None:
    assert values.readable(form) is usable
