"""Event sets as sources really send them, for Hypothesis: repeated, late, at equal instants, corrected, annulled.

A history is a list of (event type, event); an event has every field of its .avsc, raw as in Avro, and `_offset`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import polars as pl
from hypothesis import strategies as st

from schemas.catalogue import EventType, Family, encrypted_fields, events_of, schema_of, schema_text
from schemas.codec import AvroSchema

Told = tuple[EventType, dict[str, Any]]

START = 1_760_000_000_000_000
"""2025-10-09T08:53:20Z, in micros."""
_HOUR = 3_600_000_000
INSTANTS = tuple(START + hours * _HOUR + micros for hours in (0, 1, 2, 7, 30, 600, 2000) for micros in (0, 900_000))
DAYS = (20_000, 20_001, 20_010, 20_200)


def _matter(matter_id: str, outcome: str | None) -> dict[str, Any]:
    told = {"matter_id": matter_id, "outcome": outcome, "due_on": 20_010 if outcome else None}
    return {**dict.fromkeys(("category", "case_id", "project_id", "place_id", "party_id")), **told}


VALUES: dict[str, Sequence[Any]] = {
    "occurred_at": INSTANTS,
    "revised_at": (None, None, START, START + 1),
    "source": ("hotline", "hotline", "app"),
    "case_id": ("hotline:1", "hotline:2"),
    "place_id": ("city:a", "city:b", None),
    "party_id": ("city:unit", None),
    "assignment_id": ("city:x", "city:y"),
    "occurred_at_basis": (None, None, None, "substituted", "assumed"),
    "sub_status": (None, "pending", "done"),
    "time_zone": (None, "Asia/Shanghai", "America/Los_Angeles", "Mars/Olympus"),
    "category": (None, "noise", "water"),
    "tags": ([], ["b", "a", "b"]),
    "due_at": (None, *INSTANTS[6:12]),
    "dispatch_id": (None, None, "1", "2", "filed"),
    "to_party_id": (None, "city:unit", "city:office"),
    "role": (None, "lead", "co"),
    "granted": (True, True, False),
    "disposition": (None, "closed", "referred"),
    "satisfaction": (None, "satisfied", "dissatisfied"),
    "duplicate_of": ("hotline:8", "hotline:9"),
    "alias_source": (None, "hotline"),
    "alias": ("A区", "B区"),
    "hierarchy": (None, "grid"),
    "basis": (None, "fallback"),
    "valid_from": DAYS,
    "valid_to": DAYS,
    "parents": (
        [],
        [{"hierarchy": "administrative", "place_id": "city:c"}],
        [{"hierarchy": "grid", "place_id": "city:d"}, {"hierarchy": "administrative", "place_id": "city:e"}],
    ),
    "person_id": ("city:p", "city:q"),
    "appointment_id": ("1", "2"),
    "birth_year": (None, 1970, 1985),
    "part_time": (None, True, False),
    "assessment_id": ("2022", "2023"),
    "score": (None, 91.5, 60.0),
    "PartyAssessed.feeds": ([], ["credit", "bidding", "credit"]),
    "visit_id": ("city:v", "city:w"),
    "reached": (None, True, False),
    "duration_seconds": (None, 0, 600),
    "VisitMade.topics": ([], ["fraud"], ["fraud", "fire", "fraud"]),
    "VisitMade.demands": (
        [],
        [{"demand_id": "1", "category": "noise", "case_id": None}],
        [
            {"demand_id": "1", "category": None, "case_id": None},
            {"demand_id": "2", "category": None, "case_id": "hotline:1"},
            {"demand_id": "1", "category": "water", "case_id": "hotline:2"},
        ],
    ),
    "PairingSigned.demands": ([], ["study", "care", "study"]),
    "meeting_id": ("city:m", "city:n"),
    "MeetingHeld.participants": (
        [],
        [
            {"party_id": "city:unit", "person_id": None, "capacity": "in_post"},
            {"party_id": None, "person_id": "city:p", "capacity": None},
            {"party_id": "city:unit", "person_id": None, "capacity": "in_post"},
        ],
    ),
    "MeetingHeld.matters": (
        [],
        [_matter("1", "solved")],
        [_matter("2", None), _matter("1", "agreed"), _matter("2", "solved")],
    ),
    "hazard_id": ("city:h", "city:i"),
    "cleared_by": (None, "city:unit"),
    "project_id": ("city:k", "city:l"),
    "case_ids": ([], ["hotline:2", "hotline:1", "hotline:2"]),
    "percent": (None, 0, 50, 100),
    "outcome": (None, "completed", "abandoned", "cleared"),
    "unit": (None, "lifts"),
    "agreement_id": ("city:r", "city:s"),
    "service_id": ("city:1", "city:2"),
    "device_id": ("iot:1", "iot:2"),
    "alarm_id": ("iot:1", "iot:2"),
    "rule_id": ("city:1", "city:2"),
    "kind": ("joint", "review"),
    "requested_at": (None, *INSTANTS[4:10]),
    "ended_at": (None, *INSTANTS[4:10]),
    "quantity": (None, 0, 3),
    "value": (None, 0.5, -2.0),
    "lead": (None, True, False),
    "party_ids": ([], ["city:b", "city:a", "city:b"]),
    "member_ids": ([], ["p:2", "p:1", "p:1"]),
    "age_groups": ([], ["elderly", "child", "elderly"]),
    "capacities": ([], [{"unit": "beds", "value": 20}, {"unit": "meals_a_day", "value": 300}]),
    "participants": (
        [],
        [
            {"person_id": "p:2", "party_id": None, "capacity": "volunteer"},
            {"person_id": "p:1", "party_id": "city:a", "capacity": None},
        ],
    ),
    "services": ([], [{"kind": "haircut", "beneficiaries": 7}, {"kind": "haircut", "beneficiaries": None}]),
    "measures": ([], [{"kind": "temperature", "unit": "°C"}, {"kind": "smoke", "unit": None}]),
    "limit": (1, 5),
    "warn_percent": (None, 50),
    "stage": (None, "started", "sign"),
    "weekly_days_off": ([], [6, 7, 7]),
    "days_off": ([], [20_000, 20_001]),
    "working_days": ([], [20_001, 20_010]),
    "office_hours": (
        [],
        [
            {"from_month_day": "05-01", "to_month_day": "09-30", "from_minute": since, "to_minute": since + 180}
            for since in (510, 870)
        ],
    ),
    "intervals": ([], [{"label": "1", "from_day": 20_000, "to_day": 20_010}]),
    "weights": ([], [{"key": "satisfied", "value": "1"}, {"key": "fairly_satisfied", "value": "0.9"}]),
    "filters": ([], [{"key": "kind", "value": "joint"}]),
    "steps": (
        [],
        [
            {"level": level, "after_percent": percent, "after_seconds": None, "to_party_id": None, "to_duty": "grid"}
            for level, percent in (("office", 100), ("zone", 150))
        ],
    ),
}
LIKELY = ("ComplaintFiled", "ComplaintDispatched", "ComplaintHandled", "ComplaintClosed", "EventAnnulled")
"""Types that are drawn more often: most rules are about them."""


@st.composite
def histories(draw: st.DrawFn, family: Family, *, most: int = 14) -> list[Told]:
    """Events of a few entities; ids and offsets are unique, but for repeats, which differ in offset, origin and
    receipt.
    """
    types = [*events_of(family), *(event for event in events_of(family) if event.name in LIKELY for _ in range(5))]
    chosen = draw(st.lists(st.sampled_from(types), min_size=1, max_size=most))
    told = [(event_type, draw(_event(event_type, number))) for number, event_type in enumerate(chosen)]
    ids = [event["event_id"] for _, event in told]
    for _, event in told:
        if "targets" in event:
            event["targets"] = draw(_named(ids))
        elif draw(st.integers(0, 5)) == 0:
            event["supersedes"] = draw(_named(ids))
    repeated = draw(st.lists(st.sampled_from(told), max_size=3))
    later = [(event_type, {**event, "received_at": 1, "origin": "again"}) for event_type, event in repeated]
    offsets = draw(st.permutations(range(len(told) + len(later))))
    return [
        (event_type, {**event, "_offset": at}) for (event_type, event), at in zip([*told, *later], offsets, strict=True)
    ]


def frames(told: Iterable[Told]) -> list[tuple[EventType, pl.DataFrame]]:
    """The events as decoded frames, one per type, rows in the given order."""
    by_type: dict[EventType, list[dict[str, Any]]] = {}
    for event_type, event in told:
        by_type.setdefault(event_type, []).append(event)
    return [
        (event_type, pl.DataFrame(events, schema={**_dtypes(event_type), "_offset": pl.Int64()}))
        for event_type, events in by_type.items()
    ]


def event(event_type: EventType, **values: Any) -> dict[str, Any]:
    """An event of a type from some of its values; the others are null, empty, or a stand-in where neither may be."""
    return {**_blank(event_type), **values}


@cache
def _dtypes(event_type: EventType) -> dict[str, pl.DataType]:
    return AvroSchema(schema_text(event_type)).dtypes


@cache
def _blank(event_type: EventType) -> dict[str, Any]:
    stand_ins = {"string": "x", "boolean": True, "int": 20_000, "long": START}
    blank: dict[str, Any] = {"_offset": 0}
    for field in schema_of(event_type)["fields"]:
        avro = field["type"]
        plain = avro["type"] if isinstance(avro, dict) else avro
        blank[field["name"]] = None if isinstance(avro, list) else [] if plain == "array" else stand_ins[plain]
    return blank


@cache
def _choices(event_type: EventType) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Field → what it may be; keys are never null, nor is what the schema does not allow to be."""
    choices = []
    for field in schema_of(event_type)["fields"]:
        name, nullable = field["name"], isinstance(field["type"], list)
        values = VALUES.get(f"{event_type.name}.{name}", VALUES.get(name))
        if values is not None and name not in encrypted_fields(event_type):
            allowed = [value for value in values if value is not None or nullable]
            choices.append((name, (*allowed, None) if nullable and None not in allowed else tuple(allowed)))
    return tuple(choices)


@st.composite
def _event(draw: st.DrawFn, event_type: EventType, number: int) -> dict[str, Any]:
    values = {name: draw(st.sampled_from(choices)) for name, choices in _choices(event_type)}
    return event(event_type, event_id=f"e{number:02}", **values)


def _named(ids: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Mostly events of the history, sometimes one that is none of it."""
    return st.lists(st.sampled_from([*ids, "elsewhere"]), max_size=3, unique=True)
