"""Meetings, who took part, and what became of each matter."""

from __future__ import annotations

from collections import Counter
from typing import Any

from schemas.catalogue import MEETINGS
from tests.histories import START, Told
from tests.unit.projections.life import HOUR, rows, told


def held(hours: float = 0, **values: Any) -> Told:
    return told("MeetingHeld", hours, MEETINGS, **values)


def matter(matter_id: str, outcome: str | None = "solved") -> dict[str, Any]:
    names = ("category", "case_id", "project_id", "place_id", "party_id", "due_on")
    return {"matter_id": matter_id, "outcome": outcome, **dict.fromkeys(names)}


def test_matters_solved_by_joint_meetings_are_counted_by_month() -> None:
    history = (
        held(meeting_id="m:1", kind="joint", matters=[matter("1"), matter("2"), matter("3", "deferred")]),
        held(24 * 30, meeting_id="m:2", kind="joint", matters=[matter("1")]),
        held(meeting_id="m:3", kind="review", matters=[matter("1")]),
    )
    found = rows("meeting_matters", *history, history[0], family=MEETINGS)
    solved = [row for row in found if row["kind"] == "joint" and row["outcome"] == "solved"]
    assert Counter(f"{row['day']:%Y-%m}" for row in solved) == {"2025-10": 2, "2025-11": 1}


def test_a_meeting_lasts_from_when_it_began_to_when_it_ended() -> None:
    (row,) = rows("meetings", held(ended_at=START + HOUR + 900_000), family=MEETINGS)
    assert row["duration_seconds"] == 3600
    assert [row["duration_seconds"] for row in rows("meetings", held(), family=MEETINGS)] == [None]


def test_participants_stand_in_the_order_of_the_list() -> None:
    several = [{"party_id": name, "person_id": None, "capacity": None} for name in ("b", "a", "b")]
    found = rows("meeting_participants", held(participants=several), family=MEETINGS)
    assert [(row["number"], row["party_id"]) for row in found] == [(1, "b"), (2, "a"), (3, "b")]


def test_an_annulled_meeting_takes_its_lists_along() -> None:
    history = (held(matters=[matter("1")], id="m"), told("EventAnnulled", 1, MEETINGS, targets=["m"]))
    for table in ("meetings", "meeting_matters", "meeting_participants"):
        assert rows(table, *history, family=MEETINGS) == []
