"""Economic zone 经开区: neighbourhood centres 邻里中心, their facilities, operators and use (rows B1 to B6)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from producers.scenario import figures
from producers.scenario.city import City, Community, Zone, party
from producers.scenario.telling import Teller

FORMATS: Final = {
    "canteen": ("elderly_care", "meals_a_day"),
    "nursery": ("education", "nursery_places"),
    "clinic": ("medical", None),
    "activity_centre": ("culture_sports", "seats"),
    "shop": ("commerce", None),
    "home_care_centre": ("elderly_care", "beds"),
}
"""Kind of facility → its format, and the unit of its capacity."""
USES: Final = {
    "canteen": (("meal", "public", "elderly", 11),),
    "nursery": (("nursery", "semi_public", "infant", 8), ("nursery_hourly", "market", "infant", 15)),
    "clinic": (("clinic", "semi_public", "elderly", 9),),
    "activity_centre": (
        ("calligraphy", "public", "child", 16),
        ("go", "public", "child", 17),
        ("dance", "public", "elderly", 19),
    ),
    "shop": (("shopping", "market", "adult", 18),),
    "home_care_centre": (("day_care", "semi_public", "elderly", 10),),
}
"""Kind of facility → its uses: kind, nature of the service, age group, hour."""
NATURES: Final = ("public", "semi_public", "market")
ORIGINS: Final = ("福建莆田", "浙江嘉兴")
FUNCTIONS: Final = ("training", "guidance", "supervision")
CENTS: Final = 100


def centres(teller: Teller, city: City) -> None:
    """State rows B1 to B6."""
    zone = city.economic
    areas = _shares(teller, figures.FLOOR_AREA_CM2, figures.CENTRES)
    costs = _shares(teller, figures.INVESTMENT_YUAN.draw(teller.dice) * CENTS, figures.CENTRES)
    facilities: dict[str, list[str]] = {kind: [] for kind in FORMATS}
    libraries = []
    for number, community in enumerate(zone.communities):
        centre, opened = _centre(teller, zone, community, number, areas[number], costs[number])
        libraries.append(centre)
        for kind in FORMATS:
            facilities[kind].append(_facility(teller, community, centre, kind, opened))
        _operator(teller, community, centre, number, opened)
    _uses(teller, facilities)
    _links(teller, facilities["nursery"], libraries)
    _study_visits(teller, zone)


def _shares(teller: Teller, whole: int, parts: int) -> list[int]:
    """Unequal parts that sum to the whole."""
    weights = [teller.dice.randint(60, 140) for _ in range(parts)]
    shares = [whole * weight // sum(weights) for weight in weights]
    return [shares[0] + whole - sum(shares), *shares[1:]]


def _centre(teller: Teller, zone: Zone, community: Community, number: int, area: int, cost: int) -> tuple[str, date]:
    """A centre, opened within three years (B1)."""
    opened = teller.day(date(2021, 1, 4), date(2023, 6, 30))
    told = {"name": f"邻里中心{number + 1}", "place_id": teller.id(community.ref), "party_id": zone.organisation}
    ref = teller.ref("centre")
    centre = teller.tell(
        "services.CentreOpened", ref, teller.at(opened, 9), **told, floor_area_cm2=area, investment_cents=cost,
        valid_from=opened,
    )  # fmt: skip
    return centre, opened


def _facility(teller: Teller, community: Community, centre: str, kind: str, opened: date) -> str:
    """One of the five formats (B2), with what it can hold."""
    form, unit = FORMATS[kind]
    capacities = [{"unit": unit, "value": teller.dice.randint(10, 120)}] if unit else []
    told = {"centre_id": centre, "place_id": teller.id(community.ref), "format": form, "kind": kind}
    ref = teller.ref("facility")
    return teller.tell(
        "services.FacilityOpened", ref, teller.at(opened, 10), **told, capacities=capacities, valid_from=opened
    )


def _operator(teller: Teller, community: Community, centre: str, number: int, opened: date) -> None:
    """The lead operator, after a consultation 征求意见 (B3)."""
    operator = party(teller, f"operator-{number + 1:02d}", "operator", f"运营单位{number + 1}", community.ref)
    place = teller.id(community.ref)
    told = {"kind": "consultation", "level": "community", "place_id": place, "organiser_id": community.organisation}
    meeting = teller.tell("meetings.MeetingHeld", teller.ref("meeting"), teller.at(opened, 8), **told)
    funding = ("purchased", "subsidised", "market")[number % 3]
    teller.tell(
        "services.OperatorAppointed", centre.partition(":")[2], teller.at(opened, 11), party_id=operator, lead=True,
        funding=funding, meeting_id=meeting, valid_from=opened,
    )  # fmt: skip


def _uses(teller: Teller, facilities: dict[str, list[str]]) -> None:
    """Meals, clinic, classes, nursery by day and by the hour, shops (B3, B4)."""
    there = [(kind, facility) for kind, some in facilities.items() for facility in some]
    for number in range(figures.USES):
        kind, facility = there[number % len(there)]
        uses = USES[kind]
        use, nature, age_group, hour = uses[number // len(there) % len(uses)]
        told = {"kind": use, "facility_id": facility, "nature": nature, "age_group": age_group}
        at = teller.at(teller.day(date(2023, 7, 1), figures.LAST_DAY), hour)
        teller.tell("services.ServiceUsed", teller.ref("use"), at, **told, person_id=teller.id(teller.someone()))


def _links(teller: Teller, nurseries: list[str], libraries: list[str]) -> None:
    """1+N+X (B5): a nursery hub with its nurseries and functions; one library 经开书房 in many centres."""
    hub = nurseries[0]
    for facility in nurseries[1 : figures.NURSERIES + 1]:
        _linked(teller, "nursery", hub, facility_id=facility)
    for function in FUNCTIONS[: figures.NURSERY_FUNCTIONS]:
        _linked(teller, "nursery", hub, function=function)
    for centre in libraries[1 : figures.LIBRARIES + 1]:
        _linked(teller, "library", libraries[0], facility_id=centre)


def _linked(teller: Teller, scheme: str, hub: str, **told: Any) -> None:
    day = teller.day(date(2023, 7, 1), date(2023, 9, 30))
    ref = teller.ref("link")
    teller.tell("agreements.FacilityLinked", ref, teller.at(day), scheme=scheme, hub_id=hub, **told, valid_from=day)


def _study_visits(teller: Teller, zone: Zone) -> None:
    """Other cities come to see (B6)."""
    for number in range(figures.STUDY_VISITS):
        place = teller.id(zone.communities[number % len(zone.communities)].ref)
        told = {"kind": "study", "place_id": place, "premises": "centre", "head_count": teller.dice.randint(6, 30)}
        at = teller.at(teller.day(date(2023, 7, 1), date(2023, 12, 10)))
        teller.tell("visits.VisitMade", teller.ref("visit"), at, **told, visitors_from=ORIGINS[number % len(ORIGINS)])
