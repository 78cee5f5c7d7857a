"""Where a case stands."""

from __future__ import annotations

from datetime import date

import pytest

from projections.cases import CASES
from projections.dispatches import DISPATCHES
from projections.handling import CONCERNING
from schemas.catalogue import COMPLAINTS, events_of, schema_of
from tests.histories import START
from tests.unit.projections.life import HOUR, at, case, facts, oddities, rows, told

FILED = told("Filed", 0, category="noise", place_id="p:1", channel="app", tags=["b", "a", "b"])


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("Closed", {}, "closed"),
        ("Closed", {"disposition": "referred"}, "referred"),
        ("AnsweredDirectly", {}, "closed"),
        ("Voided", {}, "voided"),
        ("Withdrawn", {}, "voided"),
        ("Refused", {}, "voided"),
    ],
)
def test_endings(name: str, values: dict[str, str], status: str) -> None:
    row = case(FILED, told(name, 2, **values))
    assert (row["status"], row["closed_at"]) == (status, at(2))
    assert row["filed_to_closed_seconds"] == (7200 if status == "closed" else None)
    assert row["finished_at"] == (at(2) if status == "closed" else None)


@pytest.mark.parametrize("name", ["Reopened", "Reworked"])
def test_what_goes_on_is_open_and_unhandled(name: str) -> None:
    row = case(FILED, told("Handled", 1), told("Closed", 2), told(name, 3))
    assert row["status"] == "open"
    assert [row[end] for end in ("handled_at", "closed_at", "finished_at", "filed_to_closed_seconds")] == [None] * 4
    assert row["rounds"] == (2 if name == "Reopened" else 1)


def test_an_open_case_is_finished_when_handled() -> None:
    row = case(FILED, told("Handled", 1), told("Handled", 2))
    assert (row["status"], row["finished_at"]) == ("open", at(2))


def test_closed_before_it_was_filed_is_closed_negative_and_listed() -> None:
    history = (FILED, told("Closed", -24))
    assert (case(*history)["status"], case(*history)["filed_to_closed_seconds"]) == ("closed", -86400)
    assert oddities(*history) == [("negative_duration", "filed_to_closed")]


@pytest.mark.parametrize(("basis", "listed"), [("substituted", True), ("assumed", False)])
def test_times_that_are_not_stated_enter_no_response_time(basis: str, listed: bool) -> None:
    closed = told("Closed", 2, occurred_at_basis=basis)
    row = case(FILED, closed)
    assert (row["closed_at"], row["closed_basis"], row["filed_to_closed_seconds"]) == (at(2), basis, None)
    assert oddities(FILED, closed) == ([("time_substituted", "ComplaintClosed")] if listed else [])


def test_a_case_without_its_filing_has_a_row_and_is_listed() -> None:
    row = case(told("Closed", 2))
    assert (row["filed_at"], row["filed_day"], row["status"], row["closed_at"]) == (None, None, "closed", at(2))
    assert oddities(told("Closed", 2)) == [("no_founding_fact", "")]


def test_moved_to_another_place_and_category() -> None:
    row = case(FILED, told("Relocated", 1, place_id="p:2"), told("Reclassified", 2, category="water"))
    assert (row["place_id"], row["category"]) == ("p:2", "water")
    assert case(FILED, told("Relocated", 1, place_id=None))["place_id"] is None
    assert case(FILED, told("Reclassified", 1, category=None, request_type="help"))["category"] == "noise"


def test_days_are_cut_where_the_source_is() -> None:
    row = case(told("Filed", 0, time_zone="America/Los_Angeles"))
    assert (row["filed_day"], row["noon_day"]) == (date(2025, 10, 9), date(2025, 10, 9))
    # 2025-10-09T08:53:20Z is 16:53 in Shanghai: after noon, so the noon-to-noon day ends tomorrow
    assert (case(FILED)["filed_day"], case(FILED)["noon_day"]) == (date(2025, 10, 9), date(2025, 10, 10))


def test_an_unknown_time_zone_is_listed_and_the_default_used() -> None:
    filed = told("Filed", 0, time_zone="Mars/Olympus")
    assert case(filed)["time_zone"] == "Asia/Shanghai"
    assert oddities(filed) == [("time_zone_unknown", "Mars/Olympus")]


def test_a_time_before_all_calendars_has_the_nearest_day() -> None:
    found = CASES.rows(facts(told("Filed", 0, occurred_at=-(2**62))).facts)
    assert found["filed_day"].to_list() == [date(1, 1, 2)]


def test_a_follow_up_counts_from_the_last_handling_of_the_round() -> None:
    history = (FILED, told("Handled", 1), told("FollowedUp", 2), told("Reopened", 3), told("Handled", 5))
    assert case(*history)["followed_up_at"] is None
    row = case(*history, told("FollowedUp", 6, satisfaction="satisfied"), told("FollowedUp", 9))
    assert (row["followed_up_at"], row["handled_to_followed_up_seconds"], row["satisfaction"]) == (
        at(6),
        3600,
        "satisfied",
    )


def test_a_link_to_another_case_is_taken_back_by_name() -> None:
    linked = (FILED, told("DuplicateLinked", 1, duplicate_of="s:8"))
    assert case(*linked, told("DuplicateUnlinked", 2, duplicate_of="s:9"))["duplicate_of"] == "s:8"
    assert case(*linked, told("DuplicateUnlinked", 2, duplicate_of="s:8"))["duplicate_of"] is None


def test_tags_are_sorted_and_counts_counted() -> None:
    row = case(FILED, told("Urged", 1), told("Urged", 2), told("Escalated", 2), told("ReturnDecided", 3, granted=False))
    assert (row["tags"], row["urges"], row["escalations"], row["returns"]) == ("a,b", 2, 1, 0)
    assert case(told("Filed", 0))["tags"] is None


def test_the_deadline_is_that_of_the_last_lead_dispatch() -> None:
    filed = told("Filed", 0, due_at=START + 10 * HOUR)
    assert case(filed)["due_at"] == at(10)
    lead = told("Dispatched", 1, dispatch_id="1", due_at=START + 20 * HOUR)
    co = told("Dispatched", 2, dispatch_id="2", role="co", due_at=START + 5 * HOUR)
    assert case(filed, lead, co)["due_at"] == at(20)
    assert case(filed, lead, told("ReturnDecided", 3, dispatch_id="1"))["due_at"] == at(10)


def test_the_unit_is_that_of_the_last_lead_dispatch_not_returned() -> None:
    county = told("Dispatched", 1, dispatch_id="1", to_party_id="county")
    street = told("Dispatched", 2, dispatch_id="2", to_party_id="street")
    assert case(FILED, county, street)["party_id"] == "street"
    assert case(FILED, county, street, told("ReturnDecided", 3))["party_id"] == "county"


def test_entities_in_one_frame_stay_apart() -> None:
    found = rows("cases", FILED, told("Closed", 1), told("Filed", 0, case_id="s:2"), told("Urged", 1, case_id="s:3"))
    assert [(row["case_id"], row["status"], row["urges"]) for row in found] == [
        ("s:1", "closed", 0),
        ("s:2", "open", 0),
        ("s:3", "open", 1),
    ]


def test_nothing_comes_of_nothing() -> None:
    for table in ("cases", "dispatches", "irregularities"):
        assert rows(table) == []


def test_rows_know_nothing_of_events_and_arrival() -> None:
    for projection in (CASES, DISPATCHES):
        assert not {"event_id", "_offset", "received_at", "origin"} & set(projection.table.names)


def test_every_step_that_can_name_a_dispatch_is_looked_at() -> None:
    naming = {
        event.name
        for event in events_of(COMPLAINTS)
        if any(field["name"] == "dispatch_id" for field in schema_of(event)["fields"])
    }
    assert naming == {*CONCERNING, "ComplaintDispatched"}, "add the new event type to projections.handling.CONCERNING"
