"""The city 南昌市 with its three development zones: offices, communities, compounds, buildings, and their bodies.

Names are drawn, so that another seed has other places; the numbers of places that figures rest on are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from producers.scenario import figures
from producers.scenario.telling import Teller, before_it_all

CITY: Final = "nanchang"
HIGH_TECH, ECONOMIC, XIAOLAN = "high-tech", "economic", "xiaolan"
ZONES: Final = {HIGH_TECH: "高新区", ECONOMIC: "经开区", XIAOLAN: "小蓝经开区"}
HIGH_TECH_OFFICES: Final = 4
HIGH_TECH_COMMUNITIES: Final = 20
ECONOMIC_OFFICES: Final = 3
ECONOMIC_COMMUNITIES: Final = 18
COMPOUNDS_A_COMMUNITY: Final = 3

OFFICE_NAMES: Final = (
    "艾溪湖",
    "昌东",
    "麻丘",
    "鲤鱼洲",
    "白水湖",
    "蛟桥",
    "冠山",
    "银湖",
    "金湖",
    "象湖",
    "瑶湖",
    "黄家湖",
)
FIRST: Final = "紫翠锦碧晴云星瑞祥和福盛博雅文明春夏金银"
SECOND: Final = "荷桂兰竹枫柳溪湖江岭园苑城庭轩台阳岸洲堤"


@dataclass(slots=True)
class Compound:
    """A compound 小区; `buildings` are references of its buildings."""

    ref: str
    community: str
    buildings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Community:
    """A community 社区 with its bodies: party organisation, residents' committee 居委会, residents' council 居民理事会."""

    ref: str
    office: str
    organisation: str
    committee: str
    council: str
    secretary: str
    compounds: list[Compound] = field(default_factory=list)


@dataclass(slots=True)
class Zone:
    """A development zone 开发区; `offices` maps an office's place to its party committee (大党委)."""

    ref: str
    organisation: str
    offices: dict[str, str] = field(default_factory=dict)
    communities: list[Community] = field(default_factory=list)

    @property
    def compounds(self) -> list[Compound]:
        """All compounds of all communities."""
        return [compound for community in self.communities for compound in community.compounds]


@dataclass(slots=True)
class City:
    """The three zones."""

    high_tech: Zone
    economic: Zone
    xiaolan: Zone


def city(teller: Teller) -> City:
    """Register the city."""
    _place(teller, CITY, "city", "南昌市", None)
    offices = teller.dice.sample(OFFICE_NAMES, len(OFFICE_NAMES))
    names = _Names(teller, offices)
    needed = figures.PROPERTY_ORGANISATIONS + figures.FALLBACK_COMPOUNDS
    return City(
        _zone(teller, names, HIGH_TECH, HIGH_TECH_OFFICES, HIGH_TECH_COMMUNITIES, needed, 2),
        _zone(teller, names, ECONOMIC, ECONOMIC_OFFICES, ECONOMIC_COMMUNITIES, ECONOMIC_COMMUNITIES, 0),
        _zone(teller, names, XIAOLAN, figures.OFFICES, figures.COMMUNITIES, figures.COMPOUND_GRIDS, 4),
    )


@dataclass(slots=True)
class _Names:
    """Draws names, each once."""

    teller: Teller
    offices: list[str]
    _used: set[str] = field(default_factory=set)

    def of_place(self) -> str:
        while True:
            name = self.teller.dice.choice(FIRST) + self.teller.dice.choice(SECOND)
            if name not in self._used:
                self._used.add(name)
                return name


def _zone(
    teller: Teller, names: _Names, ref: str, offices: int, communities: int, compounds: int, buildings: int
) -> Zone:
    name = ZONES[ref]
    _place(teller, ref, "development_zone", name, CITY)
    zone = Zone(ref, party(teller, f"{ref}/party", "zone_party_committee", f"{name}党工委", ref))
    for number in range(offices):
        _office(teller, zone, names.offices.pop(), f"{ref}/{number + 1}")
    places = list(zone.offices)
    for number in range(communities):
        zone.communities.append(_community(teller, zone, names.of_place(), places[number % offices], number + 1))
    for number in range(compounds):
        community = zone.communities[number % communities]
        community.compounds.append(_compound(teller, names.of_place(), community, number + 1, buildings))
    return zone


def _office(teller: Teller, zone: Zone, name: str, ref: str) -> None:
    """An office 管理处 with its enlarged party committee 大党委."""
    _place(teller, ref, "office", f"{name}管理处", zone.ref)
    organisation = party(teller, f"{ref}/party", "office_party_committee", f"{name}大党委", ref, zone.organisation)
    zone.offices[ref] = organisation


def _community(teller: Teller, zone: Zone, name: str, office: str, number: int) -> Community:
    ref = f"{zone.ref}/c{number:02d}"
    _place(teller, ref, "community", f"{name}社区", office)
    organisation = party(
        teller, f"{ref}/party", "community_party_organisation", f"{name}社区党委", ref, zone.offices[office]
    )
    committee = party(teller, f"{ref}/committee", "residents_committee", f"{name}社区居委会", ref, organisation)
    council = party(teller, f"{ref}/council", "residents_council", f"{name}居民理事会", ref, organisation)
    return Community(ref, office, organisation, committee, council, teller.someone())


def _compound(teller: Teller, name: str, community: Community, number: int, buildings: int) -> Compound:
    zone = community.ref.partition("/")[0]
    compound = Compound(f"{zone}/k{number:02d}", community.ref)
    households = teller.dice.randrange(200, 2000)
    _place(teller, compound.ref, "compound", f"{name}小区", community.ref, households=households)
    for building in range(1, buildings + 1):
        compound.buildings.append(f"{compound.ref}/b{building}")
        _place(teller, compound.buildings[-1], "building", f"{name}小区{building}栋", compound.ref)
    return compound


def _place(teller: Teller, ref: str, kind: str, name: str, parent: str | None, **more: object) -> None:
    parents = [{"hierarchy": "administrative", "place_id": teller.id(parent)}] if parent else []
    told = {"kind": kind, "name": name, "parents": parents, "valid_from": figures.FIRST_DAY}
    teller.tell("places.PlaceRegistered", ref, before_it_all(), **told, **more)


def party(teller: Teller, ref: str, kind: str, name: str, place: str, parent: str | None = None) -> str:
    """Register a body that exists from the first day on; its id."""
    told = {"kind": kind, "name": name, "place_id": teller.id(place), "parent_id": parent}
    return teller.tell("parties.PartyRegistered", ref, before_it_all(), **told, valid_from=figures.FIRST_DAY)
