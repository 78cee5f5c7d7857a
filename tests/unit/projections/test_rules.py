"""Rules as reference rows: as last stated, with what a null stands for, until they end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.catalogue import RULES
from tests.unit.projections.life import rows, told

TENTH, TWENTIETH = 10, 20


def day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def ruled(name: str, hours: float = 0, /, **values: Any) -> Any:
    return told(name, hours, RULES, **values)


def shown(table: str, *history: Any) -> list[dict[str, Any]]:
    return rows(table, *history, family=RULES)


@pytest.mark.parametrize(
    ("table", "event_type"),
    [
        ("categories", "CategoryDefined"),
        ("service_levels", "ServiceLevelSet"),
        ("periods", "PeriodDefined"),
        ("metric_definitions", "MetricDefined"),
        ("obligations", "ObligationSet"),
        ("escalation_ladders", "EscalationLadderSet"),
        ("alarm_rules", "AlarmRuleSet"),
    ],
)
def test_a_rule_holds_until_it_first_ends(table: str, event_type: str) -> None:
    stated = ruled(event_type, valid_from=1, valid_to=TWENTIETH)
    assert [(row["valid_from"], row["valid_to"]) for row in shown(table, stated)] == [(day(1), day(TWENTIETH))]
    ended = ruled("RuleEnded", 1, valid_to=TENTH)
    assert [row["valid_to"] for row in shown(table, stated, ended)] == [day(TENTH)]
    later = ruled("RuleEnded", 1, valid_to=30)
    assert [row["valid_to"] for row in shown(table, stated, later)] == [day(TWENTIETH)]
    assert shown(table, ended) == []


def test_a_limit_says_what_was_left_unsaid() -> None:
    (row,) = shown("service_levels", ruled("ServiceLevelSet", limit=5, unit="days"))
    assert (row["limit_value"], row["unit"]) == (5, "days")
    assert (row["warn_percent"], row["region"], row["hierarchy"]) == (80, "CN", "administrative")
    (stated,) = shown("service_levels", ruled("ServiceLevelSet", warn_percent=50, region="HK", hierarchy="grid"))
    assert (stated["warn_percent"], stated["region"], stated["hierarchy"]) == (50, "HK", "grid")


def test_a_calendar_lists_the_days_that_are_not_as_their_weekday() -> None:
    hours = [
        {"from_month_day": "05-01", "to_month_day": "09-30", "from_minute": since, "to_minute": since + 180}
        for since in (510, 870)
    ]
    said = {"days_off": [20, 10], "working_days": [20], "weekly_days_off": [6, 7, 7], "office_hours": hours}
    published = ruled("CalendarPublished", region="CN", year=2026, **said)
    found = shown("calendar_days", published)
    assert [(row["day"], row["kind"], row["region"], row["year"]) for row in found] == [
        (day(TENTH), "off", "CN", 2026),
        (day(TWENTIETH), "working", "CN", 2026),
    ]
    assert [row["weekday"] for row in shown("calendar_weekdays", published)] == [6, 7]
    assert [row["from_minute"] for row in shown("calendar_hours", published)] == [510, 870]
    assert [row["time_zone"] for row in shown("calendars", published)] == ["Asia/Shanghai"]


def test_a_corrected_calendar_leaves_no_day_of_the_earlier_one() -> None:
    first = ruled("CalendarPublished", id="a", days_off=[TENTH])
    corrected = ruled("CalendarPublished", id="b", revised_at=1, days_off=[TWENTIETH])
    assert [row["day"] for row in shown("calendar_days", first, corrected)] == [day(TWENTIETH)]


def test_lists_keep_their_order() -> None:
    step = {"after_seconds": None, "to_party_id": None, "to_duty": "grid"}
    steps = [{"level": "zone", "after_percent": 150, **step}, {"level": "city", "after_percent": 200, **step}]
    assert [row["level"] for row in shown("escalation_steps", ruled("EscalationLadderSet", steps=steps))] == [
        "zone",
        "city",
    ]
    weights = [{"key": "satisfied", "value": "1"}, {"key": "fairly_satisfied", "value": "0.9"}]
    assert [row["value"] for row in shown("metric_weights", ruled("MetricDefined", weights=weights))] == ["1", "0.9"]
    filters = [{"key": "kind", "value": "joint"}]
    assert [row["key"] for row in shown("obligation_filters", ruled("ObligationSet", filters=filters))] == ["kind"]
    intervals = [{"label": "1", "from_day": TENTH, "to_day": TWENTIETH}]
    assert [row["to_day"] for row in shown("period_intervals", ruled("PeriodDefined", intervals=intervals))] == [
        day(TWENTIETH)
    ]
