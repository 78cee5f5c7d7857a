"""What a source has stated before: which facts count, and that nobody is asked before the projections are there."""

from __future__ import annotations

from typing import Any

import pytest

from linli.known import in_effect, wait
from producers.known import KnownFact, MemoryKnown, NothingKnown
from schemas.catalogue import COMPLAINTS, event_type
from schemas.errors import Unavailable

PLACE = ("linli.complaints", 0)


def fact(name: str, identity: str, at: int = 1, **values: Any) -> KnownFact:
    event = event_type(f"linli.complaints.{name}")
    return KnownFact(event, identity, {"case_id": "s:1", "source": "s", "occurred_at": at, "supersedes": [], **values})


def ids(*facts: KnownFact) -> list[str]:
    return [each.event_id for each in in_effect(reversed(facts))]


def test_facts_stand_in_the_order_of_the_life() -> None:
    assert ids(fact("ComplaintClosed", "a", 5), fact("ComplaintFiled", "b", 5), fact("ComplaintUrged", "c", 4)) == [
        "c", "b", "a",
    ]  # fmt: skip


def test_what_is_superseded_or_annulled_does_not_count() -> None:
    closed, corrected = fact("ComplaintClosed", "a", 5), fact("ComplaintClosed", "b", 6, supersedes=["a"])
    assert ids(closed, corrected) == ["b"]
    annulment = fact("EventAnnulled", "c", 7, targets=["b"])
    assert ids(closed, corrected, annulment) == ["a"]
    assert ids(closed, corrected, annulment, fact("EventAnnulled", "d", 8, targets=["c"])) == ["b"]


def test_of_a_type_that_occurs_once_the_latest_statement_of_each_source_counts() -> None:
    first, later = fact("ComplaintFiled", "z", revised_at=None), fact("ComplaintFiled", "a", revised_at=3)
    assert ids(first, later) == ["a"]
    assert ids(first, later, fact("ComplaintFiled", "b", source="other")) == ["b", "a"]


def test_facts_in_memory() -> None:
    known = MemoryKnown(in_effect)
    for each in (fact("ComplaintFiled", "a"), fact("ComplaintFiled", "a"), fact("ComplaintClosed", "b", 2)):
        known.add(each)
    assert known.ids(COMPLAINTS, ["s:1", "s:2"]) == {"s:1": {"a", "b"}}
    assert [each.event_id for each in known.facts(COMPLAINTS, ["s:1", "s:2"])["s:1"]] == ["a", "b"]
    assert (list(known.entities(COMPLAINTS, "s")), list(known.entities(COMPLAINTS, "t"))) == (["s:1"], [])


def test_nothing_is_known() -> None:
    known = NothingKnown()
    assert (known.ids(COMPLAINTS, ["s:1"]), known.facts(COMPLAINTS, ["s:1"])) == ({}, {})
    assert list(known.entities(COMPLAINTS, "s")) == []


def test_waiting_ends_when_the_positions_are_there() -> None:
    positions = iter([{}, {PLACE: 3}, {PLACE: 5}])
    pauses: list[float] = []
    wait({PLACE: 5}, lambda: next(positions), 1.0, lambda: 0.0, pauses.append)
    assert len(pauses) == 2


def test_waiting_gives_up_when_nothing_moves() -> None:
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    moving = iter(range(0, 30, 10))
    with pytest.raises(Unavailable) as caught:
        wait({PLACE: 50}, lambda: {PLACE: next(moving, 30)}, 1.0, lambda: now[0], pause)
    assert (caught.value.code, caught.value.data["behind"]) == ("part.behind", 20)
