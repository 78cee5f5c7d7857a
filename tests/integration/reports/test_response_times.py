"""Percentiles against nearest rank worked out in plain Python, from the rows and from the buckets."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linli.reports import response_times
from linli.reports.dimensions import STAGES
from linli.reports.document import Document
from tests.integration.reports.city import City

START = datetime(2023, 3, 1, 2, tzinfo=UTC)


def nearest_rank(values: list[int], percent: int) -> int:
    return sorted(values)[math.ceil(percent * len(values) / 100) - 1]


def stages(document: Document, *by: str) -> dict[Any, dict[str, Any]]:
    return {(*(row[name] for name in by), row["stage"]): row for row in document.rows}


@pytest.fixture
def durations(city: City) -> dict[str, list[int]]:
    """137 closed cases of two categories, by category their durations in seconds."""
    chance = random.Random(7)
    told: dict[str, list[int]] = {"noise": [], "waste": []}
    for number in range(137):
        category = chance.choice(["noise", "waste", "waste"])
        seconds = round(chance.lognormvariate(10, 2))
        told[category].append(seconds)
        unit = f"town:unit-{number % 2}"
        city.case(str(number), "Filed", START.isoformat(), category=category, party_id=unit, channel="app")
        city.case(str(number), "Dispatched", START.isoformat(), dispatch_id="d", to_party_id=unit)
        city.case(str(number), "Handled", (START + timedelta(seconds=seconds // 2)).isoformat(), dispatch_id="d")
        city.case(str(number), "Closed", (START + timedelta(seconds=seconds)).isoformat())
    return told


class TestExact:
    def test_nearest_rank(self, city: City, durations: dict[str, list[int]]) -> None:
        rows = stages(city.report("response-times", "category"), "category")
        for category, values in durations.items():
            row = rows[category, "filed_to_closed"]
            assert (row["n"], row["cases"], row["estimated"]) == (len(values), len(values), False)
            for percent in (50, 90, 99):
                assert row[f"p{percent}_seconds"] == nearest_rank(values, percent)

    def test_every_dimension_counts_the_same(self, city: City, durations: dict[str, list[int]]) -> None:
        for name in response_times.BY:
            rows = city.report("response-times", name).rows
            for stage in ("filed_to_dispatched", "dispatched_to_handled", "filed_to_closed"):
                assert sum(row["n"] for row in rows if row["stage"] == stage) == 137

    def test_a_time_that_the_source_does_not_state_is_left_out(self, city: City) -> None:
        for ref, basis in (("1", None), ("2", "substituted"), ("3", "assumed")):
            city.case(ref, "Filed", START.isoformat())
            city.case(ref, "Closed", (START + timedelta(hours=1)).isoformat(), occurred_at_basis=basis)
        document = city.report("response-times")
        assert [row["n"] for row in document.rows] == [1]
        assert [(left.code, left.n) for left in document.left_out] == [("time_not_stated", 2)]

    def test_each_stage_in_the_order_of_a_life(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T00:00:00")
        city.case("1", "Dispatched", "2023-03-01T00:01:00", dispatch_id="d", to_party_id="town:x")
        city.case("1", "SignedFor", "2023-03-01T00:03:00", dispatch_id="d")
        city.case("1", "Handled", "2023-03-01T00:07:00", dispatch_id="d")
        city.case("1", "FollowedUp", "2023-03-01T00:15:00")
        city.case("1", "Closed", "2023-03-01T00:31:00")
        rows = city.report("response-times").rows
        assert [(row["stage"], row["p50_seconds"]) for row in rows] == [
            ("filed_to_dispatched", 60),
            ("dispatched_to_signed", 120),
            ("dispatched_to_handled", 360),
            ("handled_to_followed_up", 480),
            ("filed_to_closed", 1860),
        ]

    def test_nothing_has_passed_any_stage(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T00:00:00")
        assert city.report("response-times", "category").rows == []


class TestEstimated:
    @pytest.mark.parametrize("by", ["category", "party", "day", None])
    def test_within_one_percent_and_marked(
        self, city: City, durations: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch, by: str | None
    ) -> None:
        dimensions = (by,) if by else ()
        exact = stages(city.report("response-times", *dimensions), *dimensions)
        monkeypatch.setattr(response_times, "EXACT_UP_TO", 50)
        estimated = stages(city.report("response-times", *dimensions), *dimensions)
        assert estimated.keys() == exact.keys()
        held = {"category": {"filed_to_closed", "filed_to_dispatched"}, "party": {"dispatched_to_handled"}}
        for key, row in estimated.items():
            assert row["n"] == exact[key]["n"]
            assert row["estimated"] == (row["n"] > 50 and row["stage"] in held.get(by or "", STAGES))
            for name in response_times.PERCENTILES:
                assert abs(row[name] - exact[key][name]) <= 0.01 * exact[key][name] + 0.51

    def test_a_slice_that_no_roll_up_holds_stays_exact(
        self, city: City, durations: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(response_times, "EXACT_UP_TO", 50)
        assert not any(row["estimated"] for row in city.report("response-times", "channel").rows)
        assert not any(row["estimated"] for row in city.report("response-times", "category", source="town").rows)
        assert not any(
            row["estimated"] for row in city.report("response-times", at=datetime(2023, 12, 1, tzinfo=UTC)).rows
        )

    def test_the_period_holds_for_buckets_too(
        self, city: City, durations: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(response_times, "EXACT_UP_TO", 50)
        assert city.report("response-times", since="2023-03-02").rows == []
        assert {row["n"] for row in city.report("response-times", until="2023-03-02").rows} == {137}
