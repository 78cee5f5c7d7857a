"""Centres, facilities, operators, teams, resources; activities, services rendered and used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from schemas.catalogue import SERVICES
from tests.unit.projections.life import at, rows, told

TENTH, TWENTIETH = 10, 20


def day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def served(name: str, hours: float = 0, /, **values: Any) -> Any:
    return told(name, hours, SERVICES, **values)


def shown(table: str, *history: Any) -> list[dict[str, Any]]:
    return rows(table, *history, family=SERVICES)


def test_a_centre_is_as_last_stated_until_it_is_first_closed() -> None:
    opened = [served("CentreOpened", n, source=f"s{n}", name="甲", floor_area_cm2=n, valid_from=1) for n in (5, 4)]
    closed = [served("ServiceEnded", n, valid_to=to) for n, to in ((6, TWENTIETH), (7, TENTH))]
    (row,) = shown("centres", *opened, *closed)
    assert (row["source"], row["floor_area_cm2"], row["valid_from"], row["valid_to"]) == ("s5", 5, day(1), day(TENTH))


def test_an_annulled_end_leaves_it_open() -> None:
    history = (served("BoardInstalled"), served("ServiceEnded", 1, id="e", valid_to=TENTH))
    assert [row["valid_to"] for row in shown("boards", *history)] == [day(TENTH)]
    annulled = served("EventAnnulled", 2, targets=["e"])
    assert [row["valid_to"] for row in shown("boards", *history, annulled)] == [None]


def test_each_table_shows_what_its_own_founding_fact_states() -> None:
    confused = (served("TeamFormed", kind="red_butler"), served("PostEstablished", kind="building_head"))
    assert [row["kind"] for row in shown("teams", *confused)] == ["red_butler"]
    assert [row["kind"] for row in shown("posts", *confused)] == ["building_head"]
    assert [shown(table, *confused) for table in ("boards", "activities", "service_uses")] == [[], [], []]


def test_an_end_alone_is_nothing() -> None:
    assert shown("teams", served("ServiceEnded", valid_to=TENTH)) == []


def test_capacities_are_counted_from_the_statement_that_counts() -> None:
    first = served("FacilityOpened", id="a", capacities=[{"unit": "beds", "value": 9}], age_groups=["youth"])
    capacities = [{"unit": "beds", "value": 20}, {"unit": "meals_a_day", "value": 300}]
    corrected = served("FacilityOpened", id="b", revised_at=1, capacities=capacities, age_groups=["elderly", "child"])
    found = shown("facility_capacities", corrected, first)
    assert [(row["number"], row["unit"], row["value"]) for row in found] == [(1, "beds", 20), (2, "meals_a_day", 300)]
    assert [row["age_groups"] for row in shown("facilities", corrected, first)] == ["child,elderly"]


def test_a_team_formed_by_several_names_each_once() -> None:
    formed = served("TeamFormed", party_ids=["b", "a", "b"], member_ids=["p"], joint=True)
    assert [row["party_id"] for row in shown("team_parties", formed)] == ["a", "b"]
    assert [row["person_id"] for row in shown("team_members", formed)] == ["p"]


def test_an_operator_runs_it_until_it_ends_or_the_centre_does() -> None:
    first = served("OperatorAppointed", 0, party_id="a", funding="purchased", valid_from=1)
    ended = served("OperatorEnded", 1, party_id="a", valid_to=TENTH)
    again = served("OperatorAppointed", 2, party_id="a", funding="market", valid_from=TENTH)
    other = served("OperatorAppointed", 3, party_id="b", valid_from=2, valid_to=5)
    closed = served("ServiceEnded", 4, valid_to=TWENTIETH)
    found = shown("operators", first, ended, again, other, closed)
    assert [(row["party_id"], row["funding"], row["valid_from"], row["valid_to"]) for row in found] == [
        ("a", "purchased", day(1), day(TENTH)),
        ("a", "market", day(TENTH), day(TWENTIETH)),
        ("b", None, day(2), day(5)),
    ]


def test_an_operator_appointed_anew_begins_a_new_period() -> None:
    appointed = [served("OperatorAppointed", n, party_id="a", lead=n > 1, valid_from=n) for n in (2, 1)]
    found = shown("operators", *appointed)
    assert [(row["lead"], row["valid_to"]) for row in found] == [(False, day(2)), (True, None)]


def test_a_resource_is_as_last_listed() -> None:
    listed = [served("ResourceListed", n, quantity=n, quantity_in_use=1, valid_from=n) for n in (3, 2)]
    (row,) = shown("resources", *listed)
    assert (row["quantity"], row["quantity_in_use"], row["valid_from"]) == (3, 1, day(3))


def test_an_activity_has_its_local_day_and_its_services() -> None:
    services = [{"kind": "haircut", "beneficiaries": 7}, {"kind": "haircut", "beneficiaries": None}]
    people = [{"person_id": "p", "party_id": None, "capacity": "volunteer"}] * 2
    held = served("ActivityHeld", 8, ended_at=None, services=services, participants=people, case_ids=["h:1", "h:1"])
    (row,) = shown("activities", held)
    assert (row["at"], row["time_zone"], row["day"], row["hour"]) == (at(8), "Asia/Shanghai", date(2025, 10, 10), 0)
    assert row["duration_seconds"] is None
    assert [(one["kind"], one["beneficiaries"]) for one in shown("activity_services", held)] == [
        ("haircut", 7),
        ("haircut", None),
    ]
    assert [one["number"] for one in shown("activity_participants", held)] == [1, 2]
    assert [one["case_id"] for one in shown("activity_cases", held)] == ["h:1"]


def test_the_wait_for_a_service_needs_stated_times() -> None:
    asked = int(at(0).timestamp() * 1_000_000)
    stated = served("ServiceRendered", 1.5, requested_at=asked)
    (row,) = shown("services_rendered", stated)
    assert (row["requested_at"], row["at"], row["seconds_to_render"]) == (at(0), at(1.5), 5400)
    assumed = served("ServiceRendered", 1.5, requested_at=asked, occurred_at_basis="assumed")
    unasked = served("ServiceRendered", 1.5)
    assert [shown("services_rendered", one)[0]["seconds_to_render"] for one in (assumed, unasked)] == [None, None]


def test_a_use_counts_once_in_its_own_hour() -> None:
    used = served("ServiceUsed", 0, time_zone="America/Los_Angeles")
    (row,) = shown("service_uses", used)
    assert (row["quantity"], row["day"], row["hour"]) == (1, date(2025, 10, 9), 1)
    assert [one["quantity"] for one in shown("service_uses", served("ServiceUsed", quantity=3))] == [3]
