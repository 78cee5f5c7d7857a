"""Xiaolan zone: party members among residents, and the projects that came of it (rows C7, C8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from producers.scenario import figures
from producers.scenario.city import City, Zone, party
from producers.scenario.property_party import appointed
from producers.scenario.telling import Teller

ACTIVITIES: Final = 40
EPIDEMIC_FROM: Final = date(2022, 3, 15)
PROJECTS: Final = (
    ("lift", figures.LIFTS),
    ("road_hardening", figures.ROADS),
    ("running_track", figures.TRACKS),
    ("service_centre", 1),
    ("red_station", 1),
    ("red_corridor", 1),
)
DEMONSTRATION_KINDS: Final = ("service_centre", "red_station", "red_corridor")


def doings(teller: Teller, city: City) -> None:
    """State rows C7 and C8."""
    zone = city.xiaolan
    _members_at_posts(teller, zone)
    cases = _activities(teller, zone)
    _projects(teller, zone, cases)


def _members_at_posts(teller: Teller, zone: Zone) -> None:
    """Members at epidemic posts 防疫岗 in the communities; some served twice, and are one person."""
    members = [teller.someone() for _ in range(figures.EPIDEMIC_MEMBERS.draw(teller.dice))]
    for number, person in enumerate([*members, *members[:20]]):
        place = teller.id(zone.communities[number % len(zone.communities)].ref)
        day = teller.day(EPIDEMIC_FROM, date(2022, 11, 30))
        told = {"place_id": place, "valid_to": day + timedelta(days=14), "basis": "volunteer"}
        appointed(teller, person, "epidemic_post", None, day, **told)


def _activities(teller: Teller, zone: Zone) -> list[str]:
    """Office party members go to communities and enterprises, several times each; matters become cases."""
    members = [teller.id(teller.someone()) for _ in range(figures.OFFICE_MEMBERS.draw(teller.dice))]
    enterprises = [
        party(teller, f"enterprise-{number}", "enterprise", f"小蓝企业{number}", zone.ref) for number in range(1, 6)
    ]
    offices, cases = list(zone.offices.values()), []
    for number in range(ACTIVITIES):
        community = zone.communities[number % len(zone.communities)]
        some = {*members[number::ACTIVITIES], *teller.dice.sample(members, 10)}
        day = teller.day(date(2021, 1, 4), date(2022, 12, 20))
        cases.append(_registered(teller, community.ref, day))
        office = offices[number % len(offices)]
        capacity = {"party_id": office, "capacity": "party_member"}
        told = {"kind": "party_day", "party_id": office, "place_id": teller.id(community.ref), "case_ids": cases[-1:]}
        teller.tell(
            "services.ActivityHeld", teller.ref("activity"), teller.at(day, 14), **told,
            for_party_id=enterprises[number % len(enterprises)] if number % 2 else None,
            participants=[{"person_id": person, **capacity} for person in sorted(some)],
        )  # fmt: skip
    return cases


def _registered(teller: Teller, place: str, day: date) -> str:
    """An issue registered while an activity is held, put on the project list 项目清单."""
    ref = teller.ref("case")
    told = {"category": "facilities", "channel": "activity", "request_type": "help", "place_id": teller.id(place)}
    case = teller.tell("complaints.ComplaintFiled", ref, teller.at(day, 16), **told)
    teller.tell("complaints.ComplaintListed", ref, teller.at(day, 17), list="project_list")
    return case


def _projects(teller: Teller, zone: Zone, cases: list[str]) -> None:
    """Lifts 加装电梯, roads 道路硬化, running tracks, demonstration projects, from the list to the end (C8)."""
    kinds = [kind for kind, count in PROJECTS for _ in range(count)]
    for number, kind in enumerate(kinds):
        ref, community = teller.ref("project"), zone.communities[number % len(zone.communities)]
        listed = teller.day(date(2023, 1, 3), date(2023, 3, 31))
        told = {"kind": kind, "list": "project_list", "demonstration": kind in DEMONSTRATION_KINDS}
        where = {"place_id": teller.id(community.ref), "party_id": zone.offices[community.office]}
        teller.tell("projects.ProjectListed", ref, teller.at(listed), **told, **where, case_ids=[cases[number]])
        began = listed + timedelta(days=teller.dice.randint(10, 60))
        teller.tell("projects.ProjectProgressed", ref, teller.at(began), stage="started", percent=10)
        if number < figures.PROJECTS_FINISHED:
            done = began + timedelta(days=teller.dice.randint(30, 150))
            teller.tell("projects.ProjectFinished", ref, teller.at(done), outcome="completed")
