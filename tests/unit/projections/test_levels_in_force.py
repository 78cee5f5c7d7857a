"""Which service level holds: precedence step by step, validity, trees; and an oracle that looks at each level in turn."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.levels_in_force import LEVELS, PLAIN, TERMS, service_levels

DAY = date(2026, 3, 2)
ROWS: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(PLAIN, pl.String),
    "category_path": pl.List(pl.String),
    "place_path": pl.List(pl.String),
    "day": pl.Date,
}
CASE: dict[str, Any] = {
    "stage": "handle",
    "urgency": "urgent",
    "request_type": "complaint",
    "level": "street",
    "role": "lead",
    "category_path": ["night noise", "noise", "environment"],
    "place_path": ["compound", "community", "street", "city", "grid:g7"],
    "day": DAY,
}


def level(rule_id: str, **told: Any) -> dict[str, Any]:
    plain = {"limit": 5, "unit": "days", "clock": "working", "starts": "at_once", "ends": "exact", "stage": "handle"}
    return {**dict.fromkeys(LEVELS), **plain, "rule_id": rule_id, **told}


def chosen(rows: list[dict[str, Any]], *levels: dict[str, Any]) -> pl.DataFrame:
    return service_levels(pl.DataFrame(rows, schema=ROWS), pl.DataFrame(levels, schema=LEVELS))


def rule(*levels: dict[str, Any], **case: Any) -> str | None:
    told: str | None = chosen([{**CASE, **case}], *levels)["rule_id"].item()
    return told


@pytest.mark.parametrize(
    ("wins", "over"),
    [
        ({"stage": "handle"}, {"stage": None, "urgency": "urgent"}),
        ({"urgency": "urgent"}, {"category": "night noise", "request_type": "complaint", "place_id": "compound"}),
        ({"category": "night noise"}, {"category": "noise", "request_type": "complaint", "place_id": "compound"}),
        ({"category": "environment"}, {"request_type": "complaint", "level": "street", "place_id": "compound"}),
        ({"request_type": "complaint"}, {"level": "street", "role": "lead", "place_id": "compound"}),
        ({"level": "street"}, {"role": "lead", "place_id": "compound"}),
        ({"role": "lead"}, {"place_id": "compound"}),
        ({"place_id": "community"}, {"place_id": "city"}),
        ({"place_id": "city"}, {"place_id": "g7", "hierarchy": "grid"}),
        ({"place_id": "g7", "hierarchy": "grid"}, {"valid_from": DAY}),
        ({"valid_from": DAY}, {"valid_from": date(2026, 3, 1)}),
        ({"valid_from": date(2026, 3, 1)}, {}),
    ],
)
def test_the_published_order_of_precedence(wins: dict[str, Any], over: dict[str, Any]) -> None:
    """Each step before the next, whatever the ids and the order of the list."""
    assert rule(level("a", **over), level("b", **wins)) == "b"
    assert rule(level("b", **wins), level("a", **over)) == "b"


def test_of_equals_the_least_id() -> None:
    assert rule(level("b"), level("a"), level("c")) == "a"


@pytest.mark.parametrize(
    "other",
    [
        {"stage": "sign"},
        {"urgency": "normal"},
        {"category": "greening"},
        {"request_type": "praise"},
        {"level": "city"},
        {"role": "co"},
        {"place_id": "elsewhere"},
        {"place_id": "g7"},
        {"place_id": "city", "hierarchy": "grid"},
        {"valid_from": date(2026, 3, 3)},
        {"valid_to": DAY},
    ],
)
def test_what_does_not_fit_does_not_hold(other: dict[str, Any]) -> None:
    assert rule(level("a", **other)) is None


def test_the_one_valid_when_the_clock_started() -> None:
    old, new = level("old", valid_to=DAY), level("new", valid_from=DAY)
    days = [date(2026, 3, 1), DAY, None]
    assert chosen([{**CASE, "day": day} for day in days], old, new)["rule_id"].to_list() == ["old", "new", None]


def test_all_terms_are_told_in_the_order_of_the_rows() -> None:
    told = level("x", category="noise", limit=90, unit="minutes", clock="elapsed", warn_percent=70, region="CN")
    rows = [{**CASE, "category_path": path} for path in (["noise"], None, [], ["night noise", "noise"], ["noise"])]
    found = chosen(rows, told, level("y", category="greening"))
    assert found.columns == list(TERMS)
    assert found["rule_id"].to_list() == ["x", None, None, "x", "x"]
    assert found.row(0) == ("x", 90, "minutes", "elapsed", "at_once", "exact", 70, "CN")


def test_a_row_that_says_little_has_the_level_for_anything() -> None:
    little = {**dict.fromkeys(CASE), "stage": "handle", "day": DAY}
    assert chosen([little], level("any"), level("urgent", urgency="urgent"))["rule_id"].to_list() == ["any"]


def test_nothing_of_nothing() -> None:
    assert chosen([CASE])["rule_id"].to_list() == [None]
    assert chosen([], level("a")).height == 0


CODES = st.sampled_from(["a", "b", None])
PATHS = st.lists(st.sampled_from("pqrs"), max_size=4, unique=True) | st.none()
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 6))
CASES = st.fixed_dictionaries(
    {**dict.fromkeys(PLAIN, CODES), "category_path": PATHS, "place_path": PATHS, "day": DAYS | st.none()}
)
STATED = st.fixed_dictionaries(
    {
        **dict.fromkeys(PLAIN, CODES),
        "category": st.sampled_from(["p", "q", "r", None]),
        "place_id": st.sampled_from(["p", "q", "r", None]),
        "valid_from": DAYS | st.none(),
        "valid_to": DAYS | st.none(),
    }
)


def best(case: dict[str, Any], levels: list[dict[str, Any]]) -> str | None:
    """The rule that comes first in the published order, one level after the other."""
    ranked = []
    for one in levels:
        ways = {name: case[path] or [] for name, path in (("category", "category_path"), ("place_id", "place_path"))}
        fits = all(one[name] in (None, case[name]) for name in PLAIN)
        fits = fits and all(one[name] is None or one[name] in way for name, way in ways.items())
        if (
            not fits
            or case["day"] is None
            or not (one["valid_from"] or date.min) <= case["day"] < (one["valid_to"] or date.max)
        ):
            continue
        far = {name: way.index(one[name]) if one[name] else 99 for name, way in ways.items()}
        begins = (one["valid_from"] or date.min).toordinal()
        is_any = {name: one[name] is None for name in PLAIN}
        order = (
            is_any["stage"],
            is_any["urgency"],
            far["category"],
            is_any["request_type"],
            is_any["level"],
            is_any["role"],
        )
        ranked.append((*order, far["place_id"], -begins, one["rule_id"]))
    return min(ranked)[-1] if ranked else None


@settings(max_examples=settings().max_examples // 3)
@given(cases=st.lists(CASES, min_size=1, max_size=20), stated=st.lists(STATED, max_size=12))
def test_each_level_in_turn_leads_to_the_same(cases: list[dict[str, Any]], stated: list[dict[str, Any]]) -> None:
    levels = [level(f"r{number:02}", **one) for number, one in enumerate(stated)]
    assert chosen(cases, *levels)["rule_id"].to_list() == [best(case, levels) for case in cases]
