"""Traces of every family: each can be asked for, and what lies within lists and records is told in words."""

from __future__ import annotations

from typing import Any

from linli.cli.trace import KINDS
from linli.trace import Statement, Trace
from projections.batch import Fact
from schemas.catalogue import FAMILIES, event_type
from tests.histories import event


def told(full_name: str, **values: Any) -> dict[str, Any]:
    kind = event_type(full_name)
    fact = Fact("s:1", "e", 1, 0, 0, b"")
    statement = Statement(kind, fact, event(kind, **values))
    stated: dict[str, Any] = Trace(kind.family, "s:1", 0, {}, [statement]).as_json()["facts"][0]["values"]
    return stated


def test_every_family_can_be_traced() -> None:
    assert set(KINDS.values()) == set(FAMILIES), "add what a person calls the entity to linli.cli.trace.KINDS"


def test_days_in_lists_and_in_records() -> None:
    calendar = told("linli.rules.CalendarPublished", year=2026, days_off=[20_454], working_days=[])
    assert (calendar["year"], calendar["days_off"]) == (2026, ["2026-01-01"])
    assert "working_days" not in calendar
    blank = dict.fromkeys(("category", "outcome", "case_id", "project_id", "place_id", "party_id"))
    matter = {"matter_id": "1", **blank, "due_on": 20_454}
    meeting = told("linli.meetings.MeetingHeld", ended_at=0, matters=[matter, {**matter, "due_on": None}])
    assert [one["due_on"] for one in meeting["matters"]] == ["2026-01-01", None]
    assert meeting["ended_at"] == "1970-01-01T00:00:00Z"
