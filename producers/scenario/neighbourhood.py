"""High-tech zone: services for residents, boards, teams, posts, resources (rows A6b, A11, A12, A15 to A17)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from producers.scenario import figures
from producers.scenario.city import City, Compound, Zone
from producers.scenario.property_party import appointed
from producers.scenario.telling import Teller

FIRST_TEAM: Final = date(2021, 1, 1)
LAST_TEAM: Final = date(2021, 12, 31)
SERVICE_KINDS: Final = ("free_clinic", "policy_talk", "haircut", "repair")
HAZARD_KINDS: Final = ("fire", "electricity", "gas", "flying_wire", "clutter", "lift")
RESOURCE_KINDS: Final = (("people", "persons"), ("budget", "cents"), ("premises", "rooms"))
NO_CASE: Final = None


def neighbourhood(teller: Teller, city: City) -> None:
    """State rows A6b, A11, A12, A15, A16 and A17."""
    zone = city.high_tech
    _on_request(teller, zone)
    _boards(teller, zone)
    _posts(teller, zone)
    _joint_teams(teller, zone)
    _inspections(teller, zone)
    _resources(teller, zone)


def _any_day(teller: Teller) -> date:
    return teller.day(date(2022, 1, 1), date(2023, 12, 20))


def _compound(teller: Teller, zone: Zone) -> Compound:
    return teller.dice.choice(zone.compounds)


def _on_request(teller: Teller, zone: Zone) -> None:
    """Emergency repairs 水电抢修 with the time from request to done, greetings, lectures, after-school classes (A6b)."""
    for number in range(figures.REPAIRS):
        done = teller.at(_any_day(teller), 14)
        asked = done - timedelta(minutes=teller.dice.randint(20, 300))
        _rendered(teller, zone, ("water_repair", "power_repair")[number % 2], done, requested_at=asked)
    for _ in range(figures.GREETINGS):
        _rendered(teller, zone, "festival_greeting", teller.at(_any_day(teller)))
    kinds = ["lecture"] * figures.LECTURES + ["after_school"] * figures.AFTER_SCHOOLS
    for kind in kinds:
        place, people = teller.id(_compound(teller, zone).ref), teller.dice.randint(8, 40)
        _service(teller, "ActivityHeld", "activity", _any_day(teller), kind=kind, place_id=place, head_count=people)


def _rendered(teller: Teller, zone: Zone, kind: str, at: Any, /, **more: Any) -> None:
    place = teller.id(_compound(teller, zone).ref)
    teller.tell("services.ServiceRendered", teller.ref("service"), at, kind=kind, place_id=place, **more)


def _service(teller: Teller, name: str, what: str, day: date, /, **told: Any) -> str:
    return teller.tell(f"services.{name}", teller.ref(what), teller.at(day), **told)


def _since(teller: Teller, name: str, what: str, place: str, /, **told: Any) -> str:
    """Something that is there from a day on."""
    day = teller.day(FIRST_TEAM, LAST_TEAM)
    return _service(teller, name, what, day, place_id=teller.id(place), valid_from=day, **told)


def _boards(teller: Teller, zone: Zone) -> None:
    """Convention boards 居民公约, member boards 党员公示牌, party volunteer teams 党员志愿服务队 (A11)."""
    kinds = ["convention"] * figures.CONVENTION_BOARDS + ["party_members"] * figures.MEMBER_BOARDS
    for kind in kinds:
        _since(teller, "BoardInstalled", "board", _compound(teller, zone).ref, kind=kind)
    for number in range(figures.VOLUNTEER_TEAMS):
        community = zone.communities[number % len(zone.communities)]
        told = {"kind": "party_volunteer", "joint": False, "party_ids": [community.organisation]}
        _since(teller, "TeamFormed", "team", community.ref, **told, name=f"党员志愿服务队{number + 1}")


def _posts(teller: Teller, zone: Zone) -> None:
    """Pioneer posts, responsibility areas, building heads, corridor heads: owners who are party members (A12)."""
    buildings = [building for compound in zone.compounds for building in compound.buildings]
    for kind, count in (
        ("pioneer_post", figures.PIONEER_POSTS),
        ("responsibility_area", figures.RESPONSIBILITY_AREAS),
        ("building_head", figures.BUILDING_HEADS),
        ("corridor_head", figures.CORRIDOR_HEADS),
    ):
        for number in range(count):
            _post(teller, kind, buildings[number % len(buildings)])


def _post(teller: Teller, kind: str, place: str) -> None:
    person = teller.someone()
    day = teller.day(FIRST_TEAM, LAST_TEAM)
    teller.tell("persons.PersonProfiled", person, teller.at(day, 8), political_status="party_member")
    told = {"kind": kind, "place_id": teller.id(place), "holder_id": teller.id(person), "valid_from": day}
    post = _service(teller, "PostEstablished", "post", day, **told)
    appointed(teller, person, kind, None, day, place_id=teller.id(place), service_id=post, capacity="owner")


def _joint_teams(teller: Teller, zone: Zone) -> None:
    """Joint teams of several bodies, their activities, the services given at these (A15)."""
    teams = []
    for number in range(figures.JOINT_TEAMS):
        community = zone.communities[number % len(zone.communities)]
        bodies = [community.organisation, community.committee]
        told = {"kind": "party_volunteer", "joint": True, "party_ids": bodies}
        team = _since(teller, "TeamFormed", "team", community.ref, **told, name=f"联合志愿服务队{number + 1}")
        teams.append((team, community))
    activities = figures.JOINT_ACTIVITIES.draw(teller.dice)
    for number in range(activities):
        team, community = teams[number % len(teams)]
        given = [_given(teller) for _ in range(number, figures.JOINT_SERVICES, activities)]
        told = {"kind": given[0]["kind"], "team_id": team, "place_id": teller.id(community.ref), "services": given}
        served = sum(one["beneficiaries"] for one in given)
        _service(teller, "ActivityHeld", "activity", _any_day(teller), **told, beneficiaries=served)


def _given(teller: Teller) -> dict[str, Any]:
    return {"kind": teller.dice.choice(SERVICE_KINDS), "beneficiaries": teller.dice.randint(5, 60)}


def _inspections(teller: Teller, zone: Zone) -> None:
    """红小二 and 红色管家 inspect, find hazards, collect demands (A16)."""
    teams = [
        _since(teller, "TeamFormed", "team", zone.ref, kind=kind, joint=False)
        for kind in ("red_attendant", "red_butler")
    ]
    for number in range(figures.INSPECTIONS):
        place, day = teller.id(_compound(teller, zone).ref), teller.day(date(2022, 1, 1), date(2023, 11, 1))
        demands = [_demand(teller, number, place, day)] if number < figures.INSPECTION_DEMANDS else []
        told = {"kind": "inspection", "team_id": teams[number % 2], "place_id": place, "demands": demands}
        visit = teller.tell("visits.VisitMade", teller.ref("visit"), teller.at(day), **told, topics=["safety"])
        if number < figures.HAZARDS:
            _hazard(teller, number, day, visit_id=visit, team_id=teams[number % 2], place_id=place)


def _demand(teller: Teller, number: int, place: str, day: date) -> dict[str, Any]:
    """A demand; the first ones became cases."""
    told = {"demand_id": "1", "category": "greening", "case_id": NO_CASE}
    if number >= figures.DEMANDS_WITH_CASE:
        return told
    filed = {"category": "greening", "channel": "inspection", "request_type": "help", "place_id": place}
    case = teller.tell("complaints.ComplaintFiled", teller.ref("case"), teller.at(day, 15), **filed)
    return {**told, "case_id": case}


def _hazard(teller: Teller, number: int, day: date, **where: Any) -> None:
    ref, kind = teller.ref("hazard"), teller.dice.choice(HAZARD_KINDS)
    teller.tell("hazards.HazardFound", ref, teller.at(day, 11), kind=kind, severity="general", **where)
    if number < figures.HAZARDS_CLEARED:
        later = teller.at(day + timedelta(days=teller.dice.randint(1, 30)), 16)
        teller.tell("hazards.HazardCleared", ref, later, outcome="cleared")


def _resources(teller: Teller, zone: Zone) -> None:
    """People, budget and premises, in use and free (A17)."""
    for number in range(figures.RESOURCES):
        kind, unit = RESOURCE_KINDS[number % len(RESOURCE_KINDS)]
        quantity = teller.dice.randint(2, 50)
        told = {
            "kind": kind,
            "unit": unit,
            "quantity": quantity,
            "quantity_in_use": teller.dice.randint(1, quantity - 1),
        }
        _since(teller, "ResourceListed", "resource", zone.communities[number].ref, **told)
