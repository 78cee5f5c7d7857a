"""Visits, their demands and topics; with them what all occasions have in common."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from schemas.catalogue import VISITS
from tests.histories import Told
from tests.unit.projections.life import at, rows, told


def made(hours: float = 0, **values: Any) -> Told:
    return told("VisitMade", hours, VISITS, **values)


def demand(demand_id: str, case_id: str | None = None) -> dict[str, Any]:
    return {"demand_id": demand_id, "category": None, "case_id": case_id}


@pytest.mark.parametrize(
    ("stated", "zone", "day"),
    [
        (None, "Asia/Shanghai", "2025-10-10"),
        ("Mars/Olympus", "Asia/Shanghai", "2025-10-10"),
        ("America/Los_Angeles", "America/Los_Angeles", "2025-10-09"),
    ],
)
def test_the_day_is_cut_in_the_zone_of_the_source(stated: str | None, zone: str, day: str) -> None:
    (row,) = rows("visits", made(8, time_zone=stated), family=VISITS)
    assert (row["at"], row["time_zone"], str(row["day"])) == (at(8), zone, day)


def test_visits_count_by_kind() -> None:
    kinds = ("study", "publicity", "publicity")
    history = [made(n, visit_id=f"v:{n}", kind=kind) for n, kind in enumerate(kinds)]
    found = rows("visits", *history, history[1], family=VISITS)
    assert Counter(row["kind"] for row in found) == {"publicity": 2, "study": 1}


def test_a_corrected_visit_is_as_last_stated_and_an_annulled_one_is_gone() -> None:
    stated = made(reached=False, head_count=2, demands=[demand("1")], topics=["fraud"], id="a")
    corrected = made(1, reached=True, head_count=3, topics=["fire", "fraud"], supersedes=["a"], id="b")
    (row,) = rows("visits", corrected, stated, family=VISITS)
    assert (row["reached"], row["head_count"], row["at"]) == (True, 3, at(1))
    assert rows("visit_demands", stated, corrected, family=VISITS) == []
    assert [row["topic"] for row in rows("visit_topics", stated, corrected, family=VISITS)] == ["fire", "fraud"]
    annulled = told("EventAnnulled", 2, VISITS, targets=["b"])
    for table in ("visits", "visit_demands", "visit_topics"):
        assert rows(table, corrected, annulled, family=VISITS) == []


def test_of_two_sources_the_later_statement_tells_the_visit() -> None:
    history = (made(0, source="grid", premises="home"), made(1, source="app", premises="shop"))
    (row,) = rows("visits", *history, family=VISITS)
    assert (row["source"], row["premises"]) == ("app", "shop")


def test_a_demand_stated_twice_is_one_as_stated_last() -> None:
    history = made(demands=[demand("1"), demand("2", "hotline:2"), demand("1", "hotline:1")])
    found = rows("visit_demands", history, family=VISITS)
    assert [(row["demand_id"], row["case_id"]) for row in found] == [("1", "hotline:1"), ("2", "hotline:2")]
