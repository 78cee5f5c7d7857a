"""Xiaolan zone 小蓝经开区: grids, joint meetings, liaison, pairings, projects, visits (rows C3 to C6, C8 to C10)."""

from __future__ import annotations

from datetime import date
from itertools import cycle
from typing import Any, Final

from producers.scenario import figures
from producers.scenario.city import City, Zone, party
from producers.scenario.property_party import appointed, assigned
from producers.scenario.telling import Teller, before_it_all

MONTHS: Final = [(year, month) for year in (2021, 2022, 2023) for month in range(1, 13)]
PARTNERS: Final = ("department", "enterprise", "school", "hospital")
MATTER_CATEGORIES: Final = ("flying_wire_charging", "vehicle_parking", "lift_fault", "greening", "noise", "drainage")


def xiaolan(teller: Teller, city: City) -> None:
    """State rows C3 to C6 and C9, C10."""
    zone = city.xiaolan
    _grids(teller, zone)
    _joint_meetings(teller, zone)
    _liaison(teller, zone)
    _pairings(teller, zone)
    _fraud_visits(teller, zone)
    _reviews(teller, zone)


def _grids(teller: Teller, zone: Zone) -> None:
    """Community, compound, building (C3): grids 网格 of two levels, and each building below one; some buildings moved."""
    grids = []
    for community in zone.communities:
        upper = _grid(teller, f"{community.ref}/grid", "社区网格", None)
        for compound in community.compounds:
            grids.append(_grid(teller, f"{compound.ref}/grid", "小区网格", upper))
            for building in compound.buildings:
                _below(teller, building, grids[-1], figures.FIRST_DAY)
    last = zone.compounds[-1].buildings[-1]
    _below(teller, last, grids[0], teller.day(date(2021, 1, 1), date(2022, 12, 31)))


def _grid(teller: Teller, ref: str, name: str, parent: str | None) -> str:
    place = ref.removesuffix("/grid")
    parents = [{"hierarchy": "administrative", "place_id": teller.id(place)}]
    parents += [{"hierarchy": "grid", "place_id": parent}] if parent else []
    told = {"kind": "grid", "name": f"{name}{place.rpartition('/')[2]}", "valid_from": figures.FIRST_DAY}
    return teller.tell("places.PlaceRegistered", ref, before_it_all(), **told, parents=parents)


def _below(teller: Teller, building: str, grid: str, day: date) -> None:
    parents = [{"hierarchy": "grid", "place_id": grid}]
    teller.tell("places.PlaceMoved", building, teller.at(day, 8), parents=parents, valid_from=day)


def _joint_meetings(teller: Teller, zone: Zone) -> None:
    """A joint meeting 党建联席会 an office and month, some not held (C5); the matters that they solved (C4)."""
    _obligation(teller, zone, "joint", "党建联席会每月一次", "A joint meeting each month",
                bearer_kind="party_kind", bearer="office_party_committee", event_type="linli.meetings.MeetingHeld",
                filters=[{"key": "kind", "value": "joint"}], bearer_field="organiser_id", period="month",
                valid_from=date(2021, 1, 1))  # fmt: skip
    due = [(office, month) for month in MONTHS for office in zone.offices]
    held = sorted(teller.dice.sample(range(len(due)), len(due) - figures.JOINT_MEETINGS_MISSED))
    matters = [_matter(teller, number, "solved") for number in range(figures.JOINT_MATTERS)]
    for turn, at in enumerate(held):
        office, (year, month) = due[at]
        some = [*matters[turn :: len(held)], _matter(teller, len(matters) + turn, "deferred")]
        day = date(year, month, teller.dice.randint(1, 28))
        _meeting(teller, "joint", office, zone.offices[office], day, matters=some)


def _matter(teller: Teller, number: int, outcome: str) -> dict[str, Any]:
    category = teller.dice.choice(MATTER_CATEGORIES)
    nothing = dict.fromkeys(("case_id", "project_id", "place_id", "party_id", "due_on"))
    return {"matter_id": str(number + 1), "category": category, "outcome": outcome, **nothing}


def _meeting(teller: Teller, kind: str, place: str, organiser: str, day: date, **more: Any) -> None:
    told = {"kind": kind, "level": "office", "place_id": teller.id(place), "organiser_id": organiser}
    teller.tell("meetings.MeetingHeld", teller.ref("meeting"), teller.at(day, 9), **told, **more)


def _obligation(teller: Teller, zone: Zone, ref: str, name_zh: str, name_en: str, **told: Any) -> None:
    names = {"name_zh": name_zh, "name_en": name_en, "at_least": 1, "place_id": teller.id(zone.ref)}
    teller.tell("rules.ObligationSet", f"obligation/{ref}", before_it_all(), **names, **told)


def _liaison(teller: Teller, zone: Zone) -> None:
    """挂点联系 (C5): a zone leader visits each community, an office leader each community organisation, once a year."""
    for role, duty, target in (
        ("zone_leader", "liaison", "place_id"),
        ("office_leader", "office_liaison", "visited_party_id"),
    ):
        kinds = ("place_kind", "community") if target == "place_id" else ("party_kind", "community_party_organisation")
        _obligation(teller, zone, duty, "挂点联系每年走访", "A visit a year by the leader in charge",
                    bearer_kind="duty", bearer=duty, target_kind=kinds[0], target=kinds[1],
                    event_type="linli.visits.VisitMade", filters=[{"key": "kind", "value": "leader"}],
                    bearer_field="visitor_id", target_field=target, period="year",
                    valid_from=date(2021, 1, 1))  # fmt: skip
        _leaders(teller, zone, role, duty, target)


def _leaders(teller: Teller, zone: Zone, role: str, duty: str, target: str) -> None:
    due = [(community, year) for year in (2021, 2022, 2023) for community in zone.communities]
    missed = set(teller.dice.sample(range(len(due)), figures.LEADER_VISITS_MISSED // 2))
    leaders = {}
    for community in zone.communities:
        party_id = zone.organisation if role == "zone_leader" else zone.offices[community.office]
        leader = leaders[community.ref] = teller.someone()
        appointed(teller, leader, role, party_id, figures.FIRST_DAY)
        assigned(teller, community.ref, party_id, duty, date(2021, 1, 1), person_id=teller.id(leader))
    for at, (community, year) in enumerate(due):
        if at not in missed:
            whom = {target: teller.id(community.ref) if target == "place_id" else community.organisation}
            day = teller.day(date(year, 1, 5), date(year, 12, 25))
            _visit(teller, "leader", day, visitor_id=teller.id(leaders[community.ref]), **whom)


def _visit(teller: Teller, kind: str, day: date, **told: Any) -> None:
    hour = teller.dice.randint(9, 20)
    teller.tell("visits.VisitMade", teller.ref("visit"), teller.at(day, hour), kind=kind, **told)


def _pairings(teller: Teller, zone: Zone) -> None:
    """契约化共建 with departments and enterprises (C6); some agreements ended."""
    kinds = cycle(PARTNERS)
    for number in range(figures.PAIRINGS + figures.PAIRINGS_ENDED):
        community, kind = zone.communities[number % len(zone.communities)], next(kinds)
        partner = party(teller, f"partner-{number + 1:02d}", kind, f"共建单位{number + 1}", zone.ref)
        day = teller.day(date(2021, 1, 1), date(2022, 6, 30))
        ref = teller.ref("pairing")
        told = {"place_id": teller.id(community.ref), "party_id": community.organisation, "partner_id": partner}
        teller.tell(
            "agreements.PairingSigned", ref, teller.at(day), **told, partner_kind=kind, valid_from=day,
            demands=["legal_advice"], resources=["volunteers"], tasks=["free_clinic"],
        )  # fmt: skip
        if number >= figures.PAIRINGS:
            end = teller.day(date(2022, 9, 1), date(2023, 6, 30))
            teller.tell("agreements.AgreementEnded", ref, teller.at(end), valid_to=end, reason="moved_away")


def _fraud_visits(teller: Teller, zone: Zone) -> None:
    """Grid workers 网格员 visit homes and shops against fraud 反诈宣传 (C9); each time another household."""
    workers = {compound.ref: teller.someone() for compound in zone.compounds}
    for compound in zone.compounds:
        appointed(teller, workers[compound.ref], "grid_worker", None, figures.FIRST_DAY,
                  place_id=teller.id(f"{compound.ref}/grid"))  # fmt: skip
    for number in range(figures.FRAUD_VISITS):
        compound, home = zone.compounds[number % len(zone.compounds)], number % 4 != 0
        told = {"place_id": teller.id(f"{compound.ref}/grid"), "visitor_id": teller.id(workers[compound.ref])}
        household = teller.id(teller.someone()) if home else None
        _visit(teller, "publicity", teller.day(date(2022, 1, 1), figures.LAST_DAY), **told, topics=["anti_fraud"],
               premises="home" if home else "shop", household_id=household, reached=True)  # fmt: skip


def _reviews(teller: Teller, zone: Zone) -> None:
    """A review 述职 an office and year, one of them missing, and checks of the rules 制度落实走访 (C10)."""
    _obligation(teller, zone, "review", "党建述职每年一次", "A review meeting each year",
                bearer_kind="party_kind", bearer="office_party_committee", event_type="linli.meetings.MeetingHeld",
                filters=[{"key": "kind", "value": "review"}], bearer_field="organiser_id", period="year",
                valid_from=figures.FIRST_DAY)  # fmt: skip
    due = [(office, year) for year in figures.YEARS for office in zone.offices]
    for office, year in sorted(teller.dice.sample(due, len(due) - figures.REVIEWS_MISSED)):
        _meeting(teller, "review", office, zone.offices[office], teller.day(date(year, 12, 1), date(year, 12, 28)))
    for number in range(figures.RULE_CHECKS):
        community = zone.communities[number % len(zone.communities)]
        told = {"place_id": teller.id(community.ref), "visited_party_id": community.organisation}
        day = teller.day(date(2020, 2, 1), date(2023, 12, 20))
        _visit(teller, "rule_check", day, **told, party_id=zone.offices[community.office])
