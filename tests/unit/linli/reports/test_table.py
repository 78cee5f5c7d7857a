"""What people see: durations, labels, tables that keep their numbers whole, and what stands under them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len

from linli.reports.document import Column, Document, LeftOut
from linli.reports.freshness import Freshness
from linli.reports.metrics import CASE_COUNTS, Text
from linli.reports.table import duration, label, terminal


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (None, "—", "—"),
        (0, "0 s", "0秒"),
        (59, "59 s", "59秒"),
        (300, "5 min", "5分"),
        (3600, "1 h 0 min", "1时0分"),
        (245_220, "2 d 20 h", "2天20时"),
        (11_233_080, "130 d", "130天"),
        (-90, "-1 min", "-1分"),
    ],
)
def test_durations_as_people_say_them(seconds: int | None, en: str, zh: str) -> None:
    assert (duration(seconds), duration(seconds, "zh")) == (en, zh)


def test_what_is_missing_is_told_in_both_languages() -> None:
    assert label("unassigned") == "unassigned 未分派"
    assert label("unassigned", "zh") == "未分派"
    assert label(None) == "(not stated)"
    assert label("Public Works", "zh") == "Public Works"


def document(rows: list[dict[str, Any]], **more: Any) -> Document:
    columns = [
        Column("place", Text("place", "地点"), "label"),
        Column("place_id", Text("id", "编号"), "hidden"),
        Column("n", Text("n", "n"), "hidden"),
        Column("cases", Text("cases", "工单")),
        Column("on_time_ratio", Text("on time", "按期率"), "ratio"),
    ]
    at = datetime(2023, 3, 1, tzinfo=UTC)
    return Document("counts", CASE_COUNTS, CASE_COUNTS.population, at, columns, rows, **more)


def row(place: str, identity: str, cases: int = 1_234_567, ratio: float | None = 0.5) -> dict[str, Any]:
    return {"place": place, "place_id": identity, "n": cases + 1, "cases": cases, "on_time_ratio": ratio}


class TestTable:
    def test_numbers_stay_whole_and_names_are_wrapped(self) -> None:
        text = terminal(document([row("A neighbourhood with quite a long name 阳光花园小区", "x:1")]), width=40)
        assert "1,234,567" in text
        assert "50.00 %" in text
        assert max(map(cell_len, text.splitlines())) <= 40

    def test_names_that_several_share_show_their_ids(self) -> None:
        text = terminal(document([row("Sunshine", "x:1"), row("Sunshine", "x:2"), row("Moonlight", "x:3")]))
        assert "Sunshine (x:1)" in text
        assert "Moonlight (" not in text

    def test_0_of_0_is_a_dash(self) -> None:
        assert "—" in terminal(document([row("A", "x:1", ratio=None)]))

    def test_totals_close_the_table(self) -> None:
        text = terminal(document([row("A", "x:1"), row("B", "x:2")], totals={"n": 2, "cases": 2_469_134}))
        assert any(line.startswith("total") and line.endswith("2,469,134") for line in text.splitlines())

    def test_a_remark_stands_below(self) -> None:
        left = LeftOut(18, "time_not_stated", Text("closed without a time", "无时刻"))
        text = terminal(document([row("A", "x:1")], left_out=[left], remarks=[Text("mind the gap", "注意")]))
        assert "left out    18 closed without a time" in text
        assert "note        mind the gap" in text

    def test_nothing_to_show_says_what_to_do(self) -> None:
        assert terminal(document([])).startswith("Nothing to show")


class TestFreshness:
    @pytest.mark.parametrize(
        ("ends", "state", "lag"),
        [(None, "unknown", None), ({"t/0": 5}, "current", 0), ({"t/0": 7, "t/1": 2}, "behind", 4)],
    )
    def test_against_the_ends_of_the_log(self, ends: dict[str, int] | None, state: str, lag: int | None) -> None:
        found = Freshness({"t/0": 5}).against(ends)
        assert (found.state, found.lag) == (state, lag)
        assert found.told().en

    def test_nothing_applied(self) -> None:
        assert Freshness({"t/0": 0}).state == "empty"
