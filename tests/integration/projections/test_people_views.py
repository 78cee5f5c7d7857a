"""What reporting consumers read of persons, visits, meetings, hazards, projects, agreements and assessments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from projections import PROJECTIONS
from projections.postgres import PostgresStore, Session
from schemas.catalogue import HAZARDS, MEETINGS, PARTIES, PERSONS, PLACES, VISITS
from tests.histories import Told
from tests.integration.projections.test_store_city import CITY, applied
from tests.unit.projections.life import told

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)

VIEWS = [
    "assessments", "persons", "appointments", "visits", "visit_demands", "visit_topics", "meetings",
    "meeting_participants", "meeting_matters", "hazards", "projects", "project_cases", "pairings", "facility_links",
]  # fmt: skip
MATTER = {
    "matter_id": "1",
    "outcome": "solved",
    **dict.fromkeys(("category", "case_id", "project_id", "place_id", "party_id", "due_on")),
}
DEMAND = {"demand_id": "1", "category": "noise", "case_id": None}
HISTORY: list[Told] = [
    told("PlaceRegistered", 0, PLACES, place_id="city:a", name="甲社区", kind="community"),
    told("PartyRegistered", 0, PARTIES, party_id="city:unit", name="甲社区党委", kind="party_organisation"),
    told("PartyAssessed", 8, PARTIES, party_id="city:unit", assessment_id="2025", score=91.5, feeds=["credit"]),
    told("PersonAppointed", 0, PERSONS, appointment_id="1", party_id="city:unit", place_id="city:a"),
    told("VisitMade", 8, VISITS, place_id="city:a", party_id="city:unit", topics=["fraud"], demands=[DEMAND]),
    told("MeetingHeld", 8, MEETINGS, kind="joint", place_id="city:a", organiser_id="city:unit", matters=[MATTER]),
    told("HazardFound", 8, HAZARDS, place_id="city:a", party_id="city:unit", time_zone="America/Los_Angeles"),
    told("HazardCleared", 20, HAZARDS),
]


@pytest.fixture
def reporting(database: str, session: Session) -> Session:
    """The views, over a small city."""
    store = PostgresStore(database, CITY)
    for family in (PLACES, PARTIES, PERSONS, VISITS, MEETINGS, HAZARDS):
        applied(store, [[one for one in HISTORY if one[0].family is family]], family)
    store.close()
    return session


def row(session: Session, view: str, *names: str) -> tuple[Any, ...]:
    (found,) = session.execute(f"SELECT {', '.join(names)} FROM reporting.{view}")
    return found


def test_places_and_parties_are_named(reporting: Session) -> None:
    for view in ("appointments", "visits", "visit_demands", "hazards"):
        assert row(reporting, view, "place", "party") == ("甲社区", "甲社区党委"), view
    assert row(reporting, "meetings", "place", "organiser") == ("甲社区", "甲社区党委")
    assert row(reporting, "assessments", "party", "score", "feeds", "at_day") == (
        "甲社区党委",
        91.5,
        "credit",
        date(2025, 10, 10),
    )


def test_a_matter_that_names_no_place_lies_where_its_meeting_does(reporting: Session) -> None:
    names = ("kind", "outcome", "place", "day")
    assert row(reporting, "meeting_matters", *names) == ("joint", "solved", "甲社区", date(2025, 10, 10))


def test_times_are_also_told_by_the_local_clock(reporting: Session) -> None:
    at_noon, day = datetime(2025, 10, 9, 9, 53, 20), date(2025, 10, 9)  # noqa: DTZ001  a wall clock's
    assert row(reporting, "hazards", "found_local", "found_day", "cleared_day", "seconds_to_clear") == (
        at_noon,
        day,
        day,
        12 * 3600,
    )
    assert row(reporting, "visits", "at_local", "at_day") == (datetime(2025, 10, 10, 0, 53, 20), date(2025, 10, 10))  # noqa: DTZ001


def test_every_view_is_documented_in_both_languages(session: Session) -> None:
    assert {projection.name for projection in PROJECTIONS} >= set(VIEWS)
    for view in VIEWS:
        ((text,),) = session.execute("SELECT obj_description(%s::regclass)", (f"reporting.{view}",))
        assert text and text.isascii() is False and text[0].isascii(), view
