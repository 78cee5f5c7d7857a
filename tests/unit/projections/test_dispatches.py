"""Which unit had a case, by when it was due, and how long it took."""

from __future__ import annotations

from typing import Any

from tests.histories import START, Told
from tests.unit.projections.life import HOUR, at, case, oddities, rows, told

FILED = told("Filed", 0, category="noise", place_id="p:1")
FIRST = told("Dispatched", 1, dispatch_id="1", to_party_id="u:1", due_at=START + 20 * HOUR)
SECOND = told("Dispatched", 2, dispatch_id="2", to_party_id="u:2")


def dispatch(*history: Told) -> dict[str, Any]:
    return rows("dispatches", *history)[0]


def test_a_step_that_names_no_dispatch_concerns_the_last_one_before() -> None:
    found = rows("dispatches", FILED, FIRST, told("SignedFor", 1.5), SECOND, told("SignedFor", 3), told("Handled", 4))
    assert [(row["signed_at"], row["handled_at"]) for row in found] == [(at(1.5), None), (at(3), at(4))]
    assert [row["seq"] for row in found] == [1, 2]


def test_a_step_concerns_the_dispatch_that_it_names() -> None:
    found = rows("dispatches", FILED, FIRST, SECOND, told("Handled", 4, dispatch_id="1"))
    assert [row["state"] for row in found] == ["handled", "open"]
    assert found[0]["dispatched_to_handled_seconds"] == 3 * 3600


def test_what_was_never_dispatched_has_a_row_and_is_listed() -> None:
    history = (FILED, told("Handled", 4, dispatch_id="9"))
    row = dispatch(*history)
    assert (row["dispatch_id"], row["dispatched_at"], row["handled_at"], row["party_id"]) == ("9", None, at(4), None)
    assert oddities(*history) == [("dispatch_not_created", "9")]


def test_a_filing_that_names_a_unit_implies_a_dispatch() -> None:
    filed = told("Filed", 0, party_id="u:0", due_at=START + HOUR)
    row = dispatch(filed, told("Closed", 3))
    assert (row["dispatch_id"], row["party_id"], row["dispatched_at"], row["due_at"]) == ("filed", "u:0", None, at(1))
    assert (row["state"], row["finished_at"]) == ("closed", at(3))
    assert [row["dispatch_id"] for row in rows("dispatches", filed, FIRST)] == ["1"]


def test_a_granted_return_ends_a_dispatch_unfinished() -> None:
    history = (FILED, FIRST, told("Handled", 2), told("ReturnDecided", 3), told("Closed", 9))
    row = dispatch(*history)
    assert (row["state"], row["returned_at"], row["handled_at"], row["finished_at"]) == ("returned", at(3), None, None)
    assert dispatch(FILED, FIRST, told("ReturnDecided", 3, granted=False))["state"] == "open"
    assert case(*history)["returns"] == 1


def test_what_is_sent_back_is_open_until_it_is_handled_again() -> None:
    history = (FILED, FIRST, told("Handled", 2), told("Reworked", 3))
    assert (dispatch(*history)["state"], dispatch(*history)["finished_at"]) == ("open", None)
    assert dispatch(*history, told("Handled", 4))["handled_at"] == at(4)


def test_an_extension_states_a_new_deadline() -> None:
    extended = told("ExtensionDecided", 2, due_at=START + 30 * HOUR)
    assert dispatch(FILED, FIRST, extended)["due_at"] == at(30)
    assert case(FILED, FIRST, extended)["due_at"] == at(30)
    assert dispatch(FILED, FIRST, told("ExtensionDecided", 2, granted=False, due_at=START))["due_at"] == at(20)


def test_without_a_dispatch_the_case_is_extended() -> None:
    filed = told("Filed", 0, due_at=START + HOUR)
    assert case(filed, told("ExtensionDecided", 1, due_at=START + 9 * HOUR))["due_at"] == at(9)


def test_a_pause_moves_the_deadline_by_what_has_elapsed() -> None:
    paused = (FILED, FIRST, told("SuspensionDecided", 5), told("SuspensionDecided", 6))
    assert dispatch(*paused)["due_at"] == at(20)
    assert dispatch(*paused, told("Resumed", 12), told("Resumed", 15))["due_at"] == at(27)
    assert dispatch(*paused, told("Handled", 12))["due_at"] == at(27)
    assert dispatch(FILED, FIRST, told("SuspensionDecided", 5, granted=False), told("Resumed", 9))["due_at"] == at(20)


def test_a_lead_dispatch_without_a_deadline_has_that_of_the_order() -> None:
    filed = told("Filed", 0, due_at=START + 9 * HOUR)
    assert dispatch(filed, SECOND)["due_at"] == at(9)
    assert dispatch(filed, told("Dispatched", 1, dispatch_id="1", role="co"))["due_at"] is None


def test_a_dispatch_keeps_the_place_and_category_of_its_time() -> None:
    moved = (told("Relocated", 1.5, place_id="p:2"), told("Reclassified", 1.5, category="water"))
    found = rows("dispatches", FILED, FIRST, *moved, SECOND)
    assert [(row["place_id"], row["category"]) for row in found] == [("p:1", "noise"), ("p:2", "water")]


def test_a_voided_case_voids_its_dispatches() -> None:
    row = dispatch(FILED, FIRST, told("Handled", 2), told("Voided", 3))
    assert (row["state"], row["finished_at"]) == ("voided", None)


def test_a_referred_case_leaves_what_was_handled() -> None:
    found = rows("dispatches", FILED, FIRST, told("Handled", 1.5), SECOND, told("Closed", 3, disposition="referred"))
    assert [row["state"] for row in found] == ["handled", "voided"]


def test_a_negative_stage_is_listed_with_its_dispatch() -> None:
    history = (FILED, told("Dispatched", 3, dispatch_id="1"), told("SignedFor", 2, dispatch_id="1"))
    assert dispatch(*history)["dispatched_to_signed_seconds"] == -3600
    assert oddities(*history) == [("negative_duration", "dispatched_to_signed:1")]
