"""Places, parties and responsibilities, over local days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from projections.validity import ALWAYS
from schemas.catalogue import PARTIES, PLACES, ZONES
from tests.unit.projections.life import rows, told

TENTH, TWENTIETH = 10, 20


def day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def under(parent: str, hierarchy: str = "administrative") -> dict[str, str]:
    return {"hierarchy": hierarchy, "place_id": parent}


def registered(**values: Any) -> Any:
    return told("PlaceRegistered", 0, PLACES, **values)


def test_a_place_lies_under_others_by_hierarchy_and_day() -> None:
    moved = told("PlaceMoved", 1, PLACES, parents=[under("b")], valid_from=TENTH)
    found = rows("place_parents", registered(parents=[under("a"), under("g", "grid")]), moved, family=PLACES)
    assert [(row["hierarchy"], row["valid_from"], row["parent_id"], row["valid_to"]) for row in found] == [
        ("administrative", ALWAYS, "a", day(TENTH)),
        ("administrative", day(TENTH), "b", None),
        ("grid", ALWAYS, "g", None),
    ]


def test_a_retired_place_lies_nowhere() -> None:
    history = (registered(parents=[under("a")]), told("PlaceRetired", 1, PLACES, valid_to=TENTH))
    moved = told("PlaceMoved", 2, PLACES, parents=[under("b")], valid_from=TWENTIETH)
    assert [row["valid_to"] for row in rows("place_parents", *history, moved, family=PLACES)] == [day(TENTH)]
    assert [row["valid_to"] for row in rows("places", *history, family=PLACES)] == [day(TENTH)]


def test_two_moves_on_one_day_are_one() -> None:
    moves = [told("PlaceMoved", hours, PLACES, parents=[under(f"p{hours}")], valid_from=TENTH) for hours in (2, 1)]
    assert [row["parent_id"] for row in rows("place_parents", *moves, family=PLACES)] == ["p2"]


def test_aliases_of_any_source_and_any_time_have_a_key() -> None:
    told_once = told("AliasDeclared", 0, PLACES, alias="甲区")
    again = told("AliasDeclared", 5, PLACES, alias="甲区")
    found = rows("place_aliases", told_once, again, family=PLACES)
    assert found == [{"place_id": "s:1", "alias_source": "", "alias": "甲区", "valid_from": ALWAYS}]


def test_a_party_is_as_last_registered_and_ends_with_the_earliest_dissolution() -> None:
    history = [told("PartyRegistered", 0, PARTIES, name="甲物业")]
    history += [told("PartyDissolved", n, PARTIES, valid_to=day_number) for n, day_number in ((1, 20), (2, 10))]
    (row,) = rows("parties", *history, family=PARTIES)
    assert (row["name"], row["valid_to"]) == ("甲物业", day(TENTH))


def test_an_assignment_ends_when_first_said_to() -> None:
    assigned = told("ResponsibilityAssigned", 0, ZONES, valid_from=1, valid_to=TWENTIETH)
    ended = told("ResponsibilityEnded", 1, ZONES, valid_to=TENTH)
    (row,) = rows("zones", assigned, ended, family=ZONES)
    assert (row["valid_from"], row["valid_to"], row["hierarchy"], row["basis"]) == (
        day(1),
        day(10),
        "administrative",
        "own",
    )
    assert rows("zones", ended, family=ZONES) == []
