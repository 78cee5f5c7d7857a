"""High-tech zone: party building in property companies 红色物业 (rows A1 to A5)."""

from __future__ import annotations

from datetime import date
from typing import Final

from producers.scenario import figures
from producers.scenario.city import City, Community, Compound, Zone, party
from producers.scenario.telling import Teller, before_it_all

CRITERIA: Final = ("services", "party_building", "safety", "residents_voice")
FEEDS: Final = ("bidding", "credit", "industry")
FULL_MARKS: Final = 100.0


def property_party(teller: Teller, city: City) -> None:
    """State rows A1 to A5."""
    zone = city.high_tech
    compounds = teller.dice.sample(zone.compounds, len(zone.compounds))
    own, fallback = compounds[: figures.PROPERTY_ORGANISATIONS], compounds[figures.PROPERTY_ORGANISATIONS :]
    by_ref = {community.ref: community for community in zone.communities}
    for community in zone.communities:
        appointed(teller, community.secretary, "secretary", community.organisation, figures.FIRST_DAY)
    for compound in fallback:
        _covered(teller, compound, by_ref[compound.community], until=None)
    companies = [_organisation(teller, compound, by_ref[compound.community], at) for at, compound in enumerate(own)]
    _assessments(teller, zone, companies)
    _meetings(teller, zone)


def appointed(teller: Teller, person: str, role: str, party_id: str | None, day: date, **more: object) -> str:
    """Somebody takes an office; the appointment's id."""
    appointment = teller.ref("appointment")
    told = {"appointment_id": appointment, "role": role, "party_id": party_id, "valid_from": day}
    teller.tell("persons.PersonAppointed", person, teller.at(day, 9), **told, **more)
    return appointment


def _organisation(teller: Teller, compound: Compound, community: Community, number: int) -> str:
    """A property company with a party organisation of its own (A1), its secretary and its head (A3); the company."""
    day = teller.day(date(2020, 3, 1), date(2021, 12, 31))
    name = f"第{number + 1}物业公司"
    company = party(teller, f"{compound.ref}/company", "property_company", name, compound.ref)
    assigned(teller, compound.ref, company, "property_service", figures.FIRST_DAY)
    _covered(teller, compound, community, until=day)
    ref = f"{compound.ref}/party"
    told = {"kind": "property_party_organisation", "name": f"{name}党支部", "parent_id": community.organisation}
    place = teller.id(compound.ref)
    organisation = teller.tell(
        "parties.PartyRegistered", ref, teller.at(day, 9), **told, place_id=place, valid_from=day
    )
    assigned(teller, compound.ref, organisation, "party_coverage", day)
    shared = number < figures.SHARED_SECRETARIES
    secretary = community.secretary if shared else teller.someone()
    appointed(teller, secretary, "secretary", organisation, day, part_time=shared)
    head = teller.someone()
    appointed(teller, head, "property_head", company, figures.FIRST_DAY)
    if number >= figures.PROPERTY_ORGANISATIONS - figures.PART_TIME_HEADS:
        appointed(teller, head, "part_time_member", community.organisation, day, part_time=True)
    return f"{compound.ref}/company"


def assigned(teller: Teller, place: str, party_id: str, duty: str, day: date, **more: object) -> None:
    """A body answers for a place in one duty from a day on."""
    told = {"place_id": teller.id(place), "party_id": party_id, "duty": duty, "valid_from": day}
    at = before_it_all() if day == figures.FIRST_DAY else teller.at(day, 9)
    teller.tell("zones.ResponsibilityAssigned", teller.ref("assignment"), at, **told, **more)


def _covered(teller: Teller, compound: Compound, community: Community, until: date | None) -> None:
    """The community's organisation covers the compound 兜底管理 from the first day on (A2)."""
    told = {"basis": "fallback", "valid_to": until}
    assigned(teller, compound.ref, community.organisation, "party_coverage", figures.FIRST_DAY, **told)


def _assessments(teller: Teller, zone: Zone, companies: list[str]) -> None:
    """Each company owes an assessment 考评 a year (A4); a few were not held in the last one."""
    teller.tell(
        "rules.ObligationSet", "obligation/assessment", before_it_all(), name_zh="物业企业每年考评",
        name_en="A property company is assessed each year", bearer_kind="party_kind", bearer="property_company",
        event_type="linli.parties.PartyAssessed", bearer_field="party_id", at_least=1, period="year",
        place_id=teller.id(zone.ref), valid_from=figures.FIRST_DAY,
    )  # fmt: skip
    left_out = set(teller.dice.sample(companies, figures.NOT_ASSESSED))
    for year in figures.YEARS:
        for company in companies:
            if year != figures.YEARS[-1] or company not in left_out:
                _assessment(teller, company, year)


def _assessment(teller: Teller, company: str, year: int) -> None:
    told = {"assessment_id": str(year), "period_from": date(year, 1, 1), "period_to": date(year + 1, 1, 1)}
    score = round(teller.dice.uniform(72, 99), 1)
    teller.tell(
        "parties.PartyAssessed", company, teller.at(teller.day(date(year, 11, 15), date(year, 12, 28))),
        **told, score=score, maximum=FULL_MARKS, criteria=CRITERIA, feeds=FEEDS,
    )  # fmt: skip


def _meetings(teller: Teller, zone: Zone) -> None:
    """Deployment 部署会 and thematic 专题调度会 meetings (A5)."""
    kinds = ["deployment"] * figures.DEPLOYMENT_MEETINGS + ["thematic"] * figures.THEMATIC_MEETINGS
    for kind in kinds:
        told = {"kind": kind, "level": "zone", "place_id": teller.id(zone.ref), "organiser_id": zone.organisation}
        at = teller.at(teller.day(date(2021, 1, 4), date(2023, 11, 30)), 9)
        teller.tell("meetings.MeetingHeld", teller.ref("meeting"), at, **told, head_count=teller.dice.randrange(20, 60))
