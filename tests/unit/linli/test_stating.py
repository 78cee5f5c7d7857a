"""Events written by hand: what can't be meant is told by field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from linli.stating import annulment, read_statement
from schemas.errors import BadInput, WrongUsage


def read(**told: Any) -> Any:
    base = {"type": "ComplaintClosed", "source": "s", "case_id": "s:1", "occurred_at": "2026-03-02T09:05:00+08:00"}
    return read_statement(json.dumps({**base, **told}), "f line 1")


def test_instants_and_days() -> None:
    event, told = read(revised_at="2026-03-02T01:05:00.000001+00:00", supersedes=["e"])
    assert event.full_name == "linli.complaints.ComplaintClosed"
    assert (told["occurred_at"], told["revised_at"]) == (1_772_413_500_000_000, 1_772_413_500_000_001)
    line = {
        "type": "PlaceMoved",
        "source": "s",
        "place_id": "s:p",
        "occurred_at": "2026-01-01T00:00:00Z",
        "valid_from": "1970-01-03",
    }
    assert read_statement(json.dumps(line), "f")[1]["valid_from"] == 2


@pytest.mark.parametrize(
    ("told", "code", "text"),
    [
        ({"type": "ComplaintClosd"}, "input.type", "ComplaintClosed, perhaps"),
        ({"type": "AliasDeclared"}, "input.type", "linli.places.AliasDeclared or linli.parties.AliasDeclared"),
        ({"categroy": "x"}, "input.field", "there is no field categroy"),
        ({"event_id": "x"}, "input.field", "there is no field event_id to state"),
        ({"occurred_at": "2026-03-02T09:05:00"}, "input.value", "expected 2026-03-01T09:05:00+08:00"),
        ({"occurred_at": "yesterday"}, "input.value", "occurred_at is 'yesterday'"),
        ({"case_id": None}, "input.missing", "lacks case_id"),
    ],
)
def test_mistakes(told: dict[str, Any], code: str, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(**told)
    assert caught.value.code == code
    assert text in str(caught.value)
    assert caught.value.where == "f line 1"


@pytest.mark.parametrize("line", ["{", "[1]", '{"source": "s"}'])
def test_what_is_no_event(line: str) -> None:
    with pytest.raises(BadInput):
        read_statement(line, "f line 1")


def stated(full_name: str, **told: Any) -> Any:
    base = {"type": full_name, "source": "s", "occurred_at": "2026-01-01T00:00:00Z"}
    return read_statement(json.dumps({**base, **told}), "f")[1]


def test_days_in_lists_and_records_and_what_a_record_leaves_out() -> None:
    calendar = stated("CalendarPublished", rule_id="s:r", days_off=["1970-01-03", "1970-01-04"], weekly_days_off=[6, 7])
    assert (calendar["days_off"], calendar["weekly_days_off"]) == ([2, 3], [6, 7])
    matters = [{"matter_id": "1", "case_id": "s:1", "due_on": "1970-01-03"}, {"matter_id": "2"}]
    meeting = stated("MeetingHeld", meeting_id="s:m", kind="joint", matters=matters)
    assert [(one["case_id"], one["due_on"], one["outcome"]) for one in meeting["matters"]] == [
        ("s:1", 2, None),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    ("matters", "text"),
    [
        ([{"matter_id": "1", "due": "1970-01-03"}], "docs/events.md"),
        ([{"matter_id": "1", "due_on": "soon"}], "docs/events.md"),
        (["1"], "docs/events.md"),
    ],
)
def test_mistakes_within_records(matters: list[Any], text: str) -> None:
    with pytest.raises(BadInput) as caught:
        stated("MeetingHeld", meeting_id="s:m", kind="joint", matters=matters)
    assert (caught.value.code, caught.value.data["field"]) == ("input.value", "matters")
    assert text in str(caught.value)


def test_annulment() -> None:
    event, told = annulment("places", "s:p", ("b", "a"), "false_record", None, "office")
    assert event.full_name == "linli.places.EventAnnulled"
    assert (told["targets"], told["place_id"], told["source"]) == (["a", "b"], "s:p", "office")
    with pytest.raises(WrongUsage):
        annulment("plces", "s:p", ("a",), "r", None, "office")
