"""High-tech zone: residents' matters, from filing to the follow-up (rows A6 to A10, A13, A14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from producers.scenario import figures
from producers.scenario.city import City, Community, Compound, Zone
from producers.scenario.telling import Teller

LONG_STANDING: Final = (
    ("corridor_clutter", figures.CLUTTER),
    ("flying_wire_charging", figures.FLYING_WIRES),
    ("vehicle_parking", figures.PARKING),
    ("lift_fault", figures.OTHER_LONG_STANDING),
)
CATEGORIES: Final = ("noise", "lift_fault", "greening", "water_power_repair", "drainage")
NOTHING: Final = dict.fromkeys(("case_id", "project_id", "place_id", "party_id", "due_on"))
MATTERS_A_MEETING: Final = 4


def complaints(teller: Teller, city: City) -> None:
    """State rows A6 to A10, A13 and A14."""
    zone = city.high_tech
    by_ref = {community.ref: community for community in zone.communities}
    told = _Cases(teller, zone, by_ref)
    told.at_the_desk()
    told.mediated()
    told.five_party()
    told.appeals()
    told.listed()
    told.long_standing()
    told.loops()


class _Cases:
    """States cases of one zone."""

    def __init__(self, teller: Teller, zone: Zone, by_ref: dict[str, Community]) -> None:
        self.teller, self.zone, self.by_ref = teller, zone, by_ref

    def at_the_desk(self) -> None:
        """The service desk coordinates online, staff solve on site, the community follows up (A6)."""
        for number in range(figures.DESK_CASES):
            compound, at = self._somewhere(), self._some_time(2022)
            ref = self._filed(compound, at, channel="property_desk")
            staff, community = self.teller.id(self.teller.someone()), self._community(compound)
            at = self._later(at, 1)
            self._step("CoordinatedOnline", ref, at, coordinated_by=self.teller.id(f"{compound.ref}/company"))
            at = self._later(at, 20)
            self._step("Handled", ref, at, handled_by=staff, mode="on_site", outcome="solved")
            if number >= figures.DESK_WITHOUT_FOLLOW_UP:
                self._followed_up(ref, at, community.organisation)
            self._step("Closed", ref, self._later(at, 90), outcome="solved")

    def mediated(self) -> None:
        """Disputes mediated near home 枫桥经验 (A7), by the level at which they ended."""
        levels = ["community"] * figures.MEDIATED_COMMUNITY + ["office"] * figures.MEDIATED_OFFICE
        for level in [*levels, *["zone"] * figures.MEDIATED_ZONE]:
            compound, at = self._somewhere(), self._some_time(2022)
            ref = self._filed(compound, at, category="dispute", channel="visit")
            by = self._community(compound).organisation
            at = self._later(at, 60)
            self._step("Mediated", ref, at, mediated_by=by, level=level, outcome="agreed")
            self._step("Closed", ref, self._later(at, 5), outcome="solved")

    def five_party(self) -> None:
        """五位一体 meetings settle matters at their level; some were raised to it from below (A8)."""
        for level, count in (
            ("community", figures.SETTLED_COMMUNITY),
            ("office", figures.SETTLED_OFFICE),
            ("zone", figures.SETTLED_ABOVE),
        ):
            for first in range(0, count, MATTERS_A_MEETING):
                self._five_party_meeting(level, min(MATTERS_A_MEETING, count - first))

    def _five_party_meeting(self, level: str, matters: int) -> None:
        compound, at = self._somewhere(), self._some_time(2022)
        community = self._community(compound)
        refs = [self._filed(compound, at, channel="grid_worker") for _ in range(matters)]
        for ref in refs:
            if level != "community":
                self._step("Escalated", ref, self._later(at, 10), from_level="community", to_level="office")
            if level == "zone":
                self._step("Escalated", ref, self._later(at, 40), from_level="office", to_level="zone")
        owners = self.teller.tell(
            "parties.PartyRegistered", self.teller.ref("owners"), at, kind="owners_committee", name="业主委员会",
            place_id=self.teller.id(compound.ref), parent_id=community.organisation,
        )  # fmt: skip
        company = self.teller.tell(
            "parties.PartyRegistered", self.teller.ref("service"), at, kind="property_company_branch",
            name="物业服务中心", place_id=self.teller.id(compound.ref), parent_id=community.organisation,
        )  # fmt: skip
        bodies = (community.organisation, community.committee, owners, community.council, company)
        self._meeting("five_party", level, community, self._later(at, 72), refs, self._bodies(bodies))

    def appeals(self) -> None:
        """急难愁盼 matters at the appeals centre 群众诉求受理中心, handled; a few still open (A9)."""
        solved = figures.APPEALS_SOLVED.draw(self.teller.dice)
        for number in range(solved + figures.APPEALS_OPEN):
            compound, at = self._somewhere(), self._some_time(2023 if number >= solved else 2022)
            ref = self._filed(compound, at, channel="appeals_centre", tags=["急难愁盼"])
            self._step("Dispatched", ref, self._later(at, 2), dispatch_id="1",
                       to_party_id=self._community(compound).organisation, level="community")  # fmt: skip
            if number < solved:
                self._solved(ref, self._later(at, 50), self._community(compound))

    def listed(self) -> None:
        """On the problem and demand list 问题需求清单, open; symposia 座谈会 about it (A10)."""
        for _ in range(figures.LISTED_CASES):
            compound, at = self._somewhere(), self._some_time(2023)
            ref = self._filed(compound, at, channel="symposium")
            self._step("Listed", ref, self._later(at, 5), list="problem_list")
        for number in range(figures.SYMPOSIA):
            community = self.zone.communities[number]
            self._meeting("symposium", "community", community, self._some_time(2023), [], [])

    def long_standing(self) -> None:
        """老大难 solved this year in meetings of in-post, property-company and resident party members (A13)."""
        categories = [category for category, count in LONG_STANDING for _ in range(count)]
        for first in range(0, len(categories), MATTERS_A_MEETING):
            compound, at = self._somewhere(), self._some_time(figures.THIS_YEAR)
            refs = []
            for category in categories[first : first + MATTERS_A_MEETING]:
                refs.append(self._filed(compound, at, category=category, channel="grid_worker"))
                self._step("Listed", refs[-1], self._later(at, 5), list="long_standing")
            people = [
                {"party_id": None, "person_id": self.teller.id(self.teller.someone()), "capacity": capacity}
                for capacity in ("in_post", "property_company", "resident")
            ]
            self._meeting("three_party", "community", self._community(compound), self._later(at, 48), refs, people)
            for ref in refs:
                self._solved(ref, self._later(at, 120), self._community(compound))

    def loops(self) -> None:
        """Collected, deliberated, served, informed (A14): closed loops, and some left open at each of the four."""
        for _ in range(figures.LOOPS_CLOSED):
            self._loop(4)
        for steps in range(4):
            for _ in range(figures.LOOPS_OPEN):
                self._loop(steps)

    def _loop(self, steps: int) -> None:
        compound, at = self._somewhere(), self._some_time(2022)
        community, ref = self._community(compound), self._filed(compound, at, channel="opinion_collection")
        if steps >= 1:
            self._meeting("deliberation", "community", community, self._later(at, 30), [ref], [])
        if steps >= 2:  # noqa: PLR2004  the second of four links
            by = self.teller.id(f"{compound.ref}/staff")
            self._step("Handled", ref, self._later(at, 80), handled_by=by, mode="on_site", outcome="solved")
        if steps >= 3:  # noqa: PLR2004  the third
            self._followed_up(ref, self._later(at, 90), community.organisation)
        if steps >= 4:  # noqa: PLR2004  and the last
            self._step("NoteAdded", ref, self._later(at, 200), kind="resident_informed")

    def _solved(self, ref: str, at: datetime, community: Community) -> None:
        self._step(
            "Handled", ref, at, handled_by=self.teller.id(self.teller.someone()), mode="on_site", outcome="solved"
        )
        self._followed_up(ref, at, community.organisation)
        self._step("Closed", ref, self._later(at, 90), outcome="solved")

    def _followed_up(self, ref: str, at: datetime, by: str) -> None:
        told = {"contacted": True, "solved": True, "satisfaction": "satisfied", "final": True}
        self._step("FollowedUp", ref, self._later(at, 30), followed_up_by=by, **told)

    def _meeting(
        self, kind: str, level: str, community: Community, at: datetime, cases: Sequence[str], people: list[Any]
    ) -> None:
        matters = [
            {**NOTHING, "matter_id": str(number), "category": None, "outcome": "solved", "case_id": self.teller.id(ref)}
            for number, ref in enumerate(cases, 1)
        ]
        told = {"kind": kind, "level": level, "place_id": self.teller.id(community.ref), "matters": matters}
        organiser = {"organiser_id": community.organisation, "participants": people}
        self.teller.tell("meetings.MeetingHeld", self.teller.ref("meeting"), at, **told, **organiser)

    def _bodies(self, parties: Sequence[str]) -> list[Any]:
        return [{"party_id": party, "person_id": None, "capacity": None} for party in parties]

    def _filed(self, compound: Compound, at: datetime, **told: Any) -> str:
        ref = self.teller.ref("case")
        told = {"category": self.teller.dice.choice(CATEGORIES), "request_type": "help", **told}
        self._step("Filed", ref, at, place_id=self.teller.id(compound.ref), **told)
        return ref

    def _step(self, name: str, ref: str, at: datetime, **told: Any) -> None:
        self.teller.tell(f"complaints.Complaint{name}", ref, at, **told)

    def _somewhere(self) -> Compound:
        return self.teller.dice.choice(self.zone.compounds)

    def _community(self, compound: Compound) -> Community:
        return self.by_ref[compound.community]

    def _some_time(self, year: int) -> datetime:
        return self.teller.at(self.teller.day(date(year, 1, 4), date(year, 11, 20)))

    def _later(self, at: datetime, hours: int) -> datetime:
        """Between those hours and half as many more."""
        return at + timedelta(minutes=self.teller.dice.randint(hours * 60, hours * 90))
