"""Of the oracle: persons, visits, meetings, hazards, projects, agreements and assessments, read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.catalogue import Family
from tests.oracle_facts import Event, Life, Told, lives

Row = dict[str, Any]
Rows = dict[str, list[Row]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROFILE = ["source", "birth_year", "birth_month", "sex", "education", "political_status"]
OFFICE = [
    "source", "role", "party_id", "place_id", "service_id", "part_time", "capacity", "basis", "term", "sort_number",
    "valid_from",
]  # fmt: skip
ASSESSMENT = ["source", "period_from", "period_to", "score", "maximum", "grade"]
VISIT = [
    "source", "kind", "visitor_id", "party_id", "team_id", "place_id", "visited_party_id", "household_id", "premises",
    "visitors_from", "head_count", "reached", "duration_seconds",
]  # fmt: skip
MEETING = ["source", "kind", "level", "place_id", "organiser_id", "chair_id", "head_count", "ended_at"]
HAZARD = [
    "source", "kind", "severity", "place_id", "party_id", "found_by", "team_id", "visit_id", "case_id", "lon", "lat",
    "crs", "due_at",
]  # fmt: skip
PROJECT = [
    "source", "kind", "name", "list", "demonstration", "place_id", "party_id", "meeting_id", "funding", "budget_cents",
    "planned_from", "planned_to",
]  # fmt: skip
PAIRING = ["source", "place_id", "party_id", "partner_id", "partner_kind", "valid_from"]
LINK = ["source", "scheme", "hub_id", "facility_id", "function", "valid_from"]


def persons(told: Iterable[Told], family: Family) -> Rows:
    """Rows of persons and appointments."""
    rows: Rows = {"persons": [], "appointments": []}
    for life in lives(told, family):
        if profiles := _of(life, "PersonProfiled"):
            rows["persons"].append({"person_id": life.key, **_taken(profiles[-1], PROFILE)})
        offices = {event["appointment_id"]: event for event in _of(life, "PersonAppointed")}
        for appointment_id, event in offices.items():
            ends = [one for one in _of(life, "AppointmentEnded") if one["appointment_id"] == appointment_id]
            ids = {"person_id": life.key, "appointment_id": appointment_id}
            rows["appointments"].append({**ids, **_taken(event, OFFICE), "valid_to": _ended(event, ends)})
    return rows


def assessments(life: Life) -> list[Row]:
    """Rows of assessments of one party."""
    last = {event["assessment_id"]: event for event in _of(life, "PartyAssessed")}
    return [
        {
            "party_id": life.key,
            "assessment_id": assessment_id,
            **_taken(event, ASSESSMENT),
            "criteria": _joined(event["criteria"]),
            "feeds": _joined(event["feeds"]),
            "at": event["occurred_at"],
            "time_zone": "Asia/Shanghai",
            "day": _day(event["occurred_at"], "Asia/Shanghai"),
        }
        for assessment_id, event in last.items()
    ]


def visits(told: Iterable[Told], family: Family) -> Rows:
    """Rows of visits, visit_demands and visit_topics."""
    rows: Rows = {"visits": [], "visit_demands": [], "visit_topics": []}
    for life in lives(told, family):
        for event in _of(life, "VisitMade")[-1:]:
            own = {"visit_id": life.key}
            rows["visits"].append({**own, **_taken(event, VISIT), **_when(event)})
            rows["visit_demands"] += ({**own, **one} for one in _last_of_each(event["demands"], "demand_id"))
            rows["visit_topics"] += ({**own, "topic": topic} for topic in set(event["topics"]))
    return rows


def meetings(told: Iterable[Told], family: Family) -> Rows:
    """Rows of meetings, meeting_participants and meeting_matters."""
    rows: Rows = {"meetings": [], "meeting_participants": [], "meeting_matters": []}
    for life in lives(told, family):
        for event in _of(life, "MeetingHeld")[-1:]:
            own, when = {"meeting_id": life.key}, _when(event)
            ended = event["ended_at"]
            lasted = None if ended is None else (ended - event["occurred_at"]) // 1_000_000
            rows["meetings"].append({**own, **_taken(event, MEETING), **when, "duration_seconds": lasted})
            for number, one in enumerate(event["participants"], 1):
                rows["meeting_participants"].append({**own, "number": number, **one})
            for one in _last_of_each(event["matters"], "matter_id"):
                rows["meeting_matters"].append({**own, "kind": event["kind"], "day": when["day"], **one})
    return rows


def hazards(told: Iterable[Told], family: Family) -> Rows:
    """Rows of hazards."""
    rows: Rows = {"hazards": []}
    for life in lives(told, family):
        found: Event | None = None
        cleared: Event | None = None
        for event_type, event in life.facts:
            if event_type.name == "HazardFound":
                found = found or event
            elif found is not None:
                cleared = cleared or event
        if found is None:
            continue
        last = _of(life, "HazardFound")[-1]
        zone = _zone(last)
        end: Event = cleared or dict.fromkeys(("occurred_at", "cleared_by", "checked_by", "outcome"))
        stated = cleared and found["occurred_at_basis"] is None and cleared["occurred_at_basis"] is None
        rows["hazards"].append(
            {
                "hazard_id": life.key,
                **_taken(last, HAZARD),
                "time_zone": zone,
                "found_at": found["occurred_at"],
                "found_day": _day(found["occurred_at"], zone),
                "cleared_at": end["occurred_at"],
                "cleared_day": _day(end["occurred_at"], zone),
                **_taken(end, ["cleared_by", "checked_by", "outcome"]),
                "seconds_to_clear": (end["occurred_at"] - found["occurred_at"]) // 1_000_000 if stated else None,
            }
        )
    return rows


def projects(told: Iterable[Told], family: Family) -> Rows:
    """Rows of projects and project_cases."""
    rows: Rows = {"projects": [], "project_cases": []}
    for life in lives(told, family):
        for event in _of(life, "ProjectListed")[-1:]:
            rows["projects"].append({"project_id": life.key, **_taken(event, PROJECT), **_course(life, event)})
            rows["project_cases"] += ({"project_id": life.key, "case_id": one} for one in set(event["case_ids"]))
    return rows


def _course(life: Life, listed: Event) -> Row:
    progress, ends = _of(life, "ProjectProgressed"), _of(life, "ProjectFinished")
    state = "progressing" if progress else "listed"
    last: Row = {}
    for event in progress:
        last |= {name: event[name] for name in ("stage", "percent", "spent_cents") if event[name] is not None}
    if ends:
        state = "abandoned" if ends[-1]["outcome"] == "abandoned" else "finished"
    end: Event = ends[-1] if ends else dict.fromkeys(("occurred_at", "quantity", "unit", "cost_cents"))
    return {
        "state": state,
        **{name: last.get(name) for name in ("stage", "percent", "spent_cents")},
        "planned_quantity": listed["quantity"],
        "planned_unit": listed["unit"],
        **_taken(end, ["quantity", "unit", "cost_cents"]),
        "time_zone": "Asia/Shanghai",
        "listed_at": listed["occurred_at"],
        "listed_day": _day(listed["occurred_at"], "Asia/Shanghai"),
        "progressed_at": progress[-1]["occurred_at"] if progress else None,
        "finished_at": end["occurred_at"],
        "finished_day": _day(end["occurred_at"], "Asia/Shanghai"),
    }


def agreements(told: Iterable[Told], family: Family) -> Rows:
    """Rows of pairings and facility_links."""
    rows: Rows = {"pairings": [], "facility_links": []}
    for life in lives(told, family):
        ends = _of(life, "AgreementEnded")
        for event in _of(life, "PairingSigned")[-1:]:
            lists = {name: _joined(event[name]) for name in ("demands", "resources", "tasks")}
            pairing = {**_taken(event, PAIRING), **lists, "valid_to": _ended(event, ends)}
            rows["pairings"].append({"agreement_id": life.key, **pairing})
        for event in _of(life, "FacilityLinked")[-1:]:
            link = {**_taken(event, LINK), "valid_to": _ended(event, ends)}
            rows["facility_links"].append({"agreement_id": life.key, **link})
    return rows


def _of(life: Life, name: str) -> list[Event]:
    return [event for event_type, event in life.facts if event_type.name == name]


def _taken(event: Event, names: Sequence[str]) -> Row:
    return {name: event[name] for name in names}


def _ended(event: Event, ends: Iterable[Event]) -> int | None:
    days = [event["valid_to"], *(end["valid_to"] for end in ends)]
    return min((day for day in days if day is not None), default=None)


def _joined(codes: Iterable[str]) -> str | None:
    return ",".join(sorted(set(codes))) or None


def _last_of_each(entries: Iterable[Row], name: str) -> Iterable[Row]:
    return {entry[name]: entry for entry in entries}.values()


def _when(event: Event) -> Row:
    zone = _zone(event)
    return {"at": event["occurred_at"], "time_zone": zone, "day": _day(event["occurred_at"], zone)}


def _zone(event: Event) -> str:
    name: str | None = event["time_zone"]
    try:
        return name if name and ZoneInfo(name) else "Asia/Shanghai"
    except (ZoneInfoNotFoundError, ValueError):
        return "Asia/Shanghai"


def _day(micros: int | None, zone: str) -> int | None:
    if micros is None:
        return None
    return ((EPOCH + timedelta(microseconds=micros)).astimezone(ZoneInfo(zone)).date() - EPOCH.date()).days
