"""A seeded set of complaints for `linli demo`: a small city that nobody lives in, as a source would state it.

Statements, never totals: the same seed states the same city, so a second demo writes nothing new.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from producers.publish import Statement
from schemas.catalogue import EventType, event_type
from schemas.ids import entity_id

SOURCE: Final = "demo-hotline"
FIRST_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = 120
HOUR: Final = 3600.0

ZONES: Final = (
    ("高新区", ("艾溪湖管理处", "麻丘镇")),
    ("经开区", ("白水湖管理处", "蛟桥镇")),
    ("小蓝经开区", ("银湖管理处", "金湖管理处")),
)
COMMUNITIES: Final = 4
COMPOUNDS: Final = 3
CATEGORIES: Final = (
    ("corridor_clutter", "楼道乱堆杂物", 24.0),
    ("flying_wire_charging", "飞线充电", 12.0),
    ("vehicle_parking", "车辆乱停放", 30.0),
    ("noise", "噪声扰民", 20.0),
    ("water_power_repair", "水电抢修", 6.0),
    ("lift_fault", "电梯故障", 9.0),
    ("greening", "绿化养护", 60.0),
)
CHANNELS: Final = ("12345", "grid_worker", "property_desk", "app", "visit")

Stated = tuple[EventType, list[Statement]]


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound 小区 with the property company that answers for it, if any does."""

    place_id: str
    company_id: str | None
    office_id: str


def city(seed: int, cases: int) -> Iterator[Stated]:
    """Everything that the demo's source states: register of places and parties, responsibilities, then the cases' lives."""
    dice = random.Random(seed)
    register, compounds = _register(dice)
    yield from register
    stated: dict[str, list[Statement]] = {}
    for number in range(1, cases + 1):
        for name, statement in _life(dice, number, dice.choice(compounds)):
            stated.setdefault(name, []).append(statement)
    for name, statements in stated.items():
        yield event_type(f"linli.complaints.{name}"), sorted(statements, key=lambda told: told["occurred_at"])


def _register(dice: random.Random) -> tuple[list[Stated], list[Compound]]:
    places = [_place("南昌市", "city", None, 1)]
    parties: list[Statement] = []
    assignments: list[Statement] = []
    compounds: list[Compound] = []
    for zone, offices in ZONES:
        places.append(_place(zone, "development_zone", "南昌市", len(places)))
        for office in offices:
            places.append(_place(office, "office", zone, len(places)))
            parties.append(_party(f"{office}党工委", "party_organisation", len(parties)))
            assignments.append(_assignment(office, f"{office}党工委", "party_coverage", "own"))
            for name in _compounds(office, places):
                company = f"{office[:2]}第{dice.randrange(1, 4)}物业公司" if dice.random() < 0.85 else None
                if company and company not in {party["name"] for party in parties}:
                    parties.append(_party(company, "property_company", len(parties)))
                if company:
                    assignments.append(_assignment(name, company, "property_service", "own"))
                compounds.append(Compound(_id(name), _id(company) if company else None, _id(f"{office}党工委")))
    stated = [
        (event_type("linli.places.PlaceRegistered"), places),
        (event_type("linli.parties.PartyRegistered"), parties),
        (event_type("linli.zones.ResponsibilityAssigned"), assignments),
    ]
    return stated, compounds


def _compounds(office: str, places: list[Statement]) -> list[str]:
    """Register an office's communities and compounds; the names of the compounds."""
    names = []
    for community in range(1, COMMUNITIES + 1):
        parent = f"{office}第{community}社区"
        places.append(_place(parent, "community", office, len(places)))
        for compound in range(1, COMPOUNDS + 1):
            names.append(f"{parent}{'甲乙丙'[compound - 1]}小区")
            places.append(_place(names[-1], "compound", parent, len(places)))
    return names


def _life(dice: random.Random, number: int, compound: Compound) -> Iterator[tuple[str, Statement]]:
    """One case from filing 受理 to closing 结案, with the detours that happen: returns 退单, reopening, voiding."""
    category, words, hours = dice.choice(CATEGORIES)
    base = {"source": SOURCE, "source_ref": f"D{number:06d}", "case_id": entity_id(SOURCE, f"D{number:06d}")}
    at = FIRST_DAY + timedelta(seconds=dice.uniform(0, DAYS * 86400))

    def step(name: str, after_hours: float, **values: object) -> tuple[str, Statement]:
        nonlocal at
        at += timedelta(seconds=int(after_hours * HOUR))
        return f"Complaint{name}", {**base, "occurred_at": _micros(at), **values}

    yield step(
        "Filed", 0, category=category, channel=dice.choice(CHANNELS), request_type="help", place_id=compound.place_id,
        description=f"{words},请尽快处理", sub_status="filed",
    )  # fmt: skip
    if dice.random() < 0.03:
        yield step("Voided", dice.expovariate(1 / 4), reason="no_such_matter", sub_status="voided")
        return
    unit = compound.company_id or compound.office_id
    due = _micros(at + timedelta(hours=72))
    yield step(
        "Dispatched", dice.expovariate(1), dispatch_id="1", to_party_id=unit, due_at=due, sub_status="dispatched"
    )
    if dice.random() < 0.1:
        yield step("ReturnDecided", dice.expovariate(1 / 3), dispatch_id="1", granted=True, sub_status="returned")
        unit = compound.office_id
        yield step("Dispatched", 1, dispatch_id="2", to_party_id=unit, due_at=due, sub_status="dispatched")
    yield step("SignedFor", dice.expovariate(1 / 2), sub_status="signed")
    if dice.random() < 0.07:
        return
    yield step("Handled", dice.expovariate(1 / hours), mode=dice.choice(("on_site", "online")), sub_status="handled")
    if dice.random() < 0.8:
        yield step(
            "FollowedUp",
            dice.expovariate(1 / 20),
            contacted=True,
            solved=dice.random() < 0.93,
            satisfaction="satisfied",
        )
    yield step("Closed", dice.expovariate(1 / 5), sub_status="closed")
    if dice.random() < 0.04:
        yield step("Reopened", dice.uniform(5, 100), reason="came_back", sub_status="reopened")


def _id(name: str) -> str:
    return entity_id(SOURCE, name)


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def _stated(key: str, name: str) -> Statement:
    return {"source": SOURCE, "source_ref": name, key: _id(name), "occurred_at": _micros(FIRST_DAY)}


def _place(name: str, kind: str, parent: str | None, sort_number: int) -> Statement:
    parents = [{"hierarchy": "administrative", "place_id": _id(parent)}] if parent else []
    return {**_stated("place_id", name), "kind": kind, "name": name, "sort_number": sort_number, "parents": parents}


def _party(name: str, kind: str, sort_number: int) -> Statement:
    return {**_stated("party_id", name), "kind": kind, "name": name, "sort_number": sort_number}


def _assignment(place: str, party: str, duty: str, basis: str) -> Statement:
    days = (date(2025, 1, 1) - date(1970, 1, 1)).days
    told = _stated("assignment_id", f"{place}/{duty}")
    return {**told, "place_id": _id(place), "party_id": _id(party), "duty": duty, "basis": basis, "valid_from": days}
