"""Xiaolan zone: who leads the communities, before and after the election 换届 of 2021 (rows C1, C2, C2b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from producers.scenario import figures
from producers.scenario.city import City, Community, Zone
from producers.scenario.property_party import appointed
from producers.scenario.telling import Teller

COLLEGE: Final = ("college", "bachelor", "master")
SCHOOL: Final = ("junior", "senior")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of office. `on`: the day on which ages are told; the last of the old term, the first of the new one."""

    name: str
    first: date
    last: date | None
    on: date


def committees(teller: Teller, city: City) -> None:
    """State rows C1, C2 and C2b."""
    election = teller.day(date(2021, 3, 1), date(2021, 9, 30))
    before = Term("2018-2021", figures.FIRST_DAY, election, election - timedelta(days=1))
    after = Term("2021-2026", election, None, election)
    zone = city.xiaolan
    _secretaries(teller, zone, before, figures.AGES_BEFORE)
    _secretaries(teller, zone, after, figures.AGES_AFTER)
    _members(teller, zone, before, 0, figures.MEMBER_AGES_BEFORE)
    _members(teller, zone, after, 1, figures.MEMBER_AGES_AFTER)


def _secretaries(teller: Teller, zone: Zone, term: Term, ages: tuple[int, ...]) -> None:
    """Each is director of the residents' committee too (一肩挑)."""
    for community, age in zip(zone.communities, teller.dice.sample(ages, len(ages)), strict=True):
        person = community.secretary if term.last is None else teller.someone()
        woman, graduate = teller.dice.choice((True, False)), teller.dice.choice((True, False))
        _profile(teller, person, term, age, woman=woman, graduate=graduate)
        _served(teller, person, "secretary", community.organisation, term)
        _served(teller, person, "director", community.committee, term)


def _members(teller: Teller, zone: Zone, term: Term, which: int, ages: tuple[int, ...]) -> None:
    """Committee members 委员: so many of them women, so many with a college education."""
    women = set(teller.dice.sample(range(len(ages)), figures.WOMEN[which]))
    graduates = set(teller.dice.sample(range(len(ages)), figures.GRADUATES[which]))
    for number, age in enumerate(ages):
        person, community = teller.someone(), _nth(zone, number)
        _profile(teller, person, term, age, woman=number in women, graduate=number in graduates)
        _served(teller, person, "committee_member", community.committee, term)


def _nth(zone: Zone, number: int) -> Community:
    return zone.communities[number % len(zone.communities)]


def _profile(teller: Teller, person: str, term: Term, age: int, *, woman: bool, graduate: bool) -> None:
    """Born so that the age in full years on the day is `age`, whatever the day of birth."""
    month = teller.dice.choice([month for month in range(1, 13) if month != term.on.month])
    year = term.on.year - age - (month > term.on.month)
    education = teller.dice.choice(COLLEGE if graduate else SCHOOL)
    teller.tell(
        "persons.PersonProfiled", person, teller.at(term.first, 8), birth_year=year, birth_month=month,
        sex="female" if woman else "male", education=education, political_status="party_member",
    )  # fmt: skip


def _served(teller: Teller, person: str, role: str, party: str, term: Term) -> None:
    appointment = appointed(teller, person, role, party, term.first, term=term.name, basis="elected")
    if term.last is not None:
        told = {"appointment_id": appointment, "valid_to": term.last, "reason": "election"}
        teller.tell("persons.AppointmentEnded", person, teller.at(term.last, 8), **told)
