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
        if name in VALUES and name not in encrypted_fields(event_type):
            allowed = [value for value in VALUES[name] if value is not None or nullable]
            choices.append((name, (*allowed, None) if nullable and None not in allowed else tuple(allowed)))
    return tuple(choices)


@st.composite
def _event(draw: st.DrawFn, event_type: EventType, number: int) -> dict[str, Any]:
    values = {name: draw(st.sampled_from(choices)) for name, choices in _choices(event_type)}
    return event(event_type, event_id=f"e{number:02}", **values)


def _named(ids: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Mostly events of the history, sometimes one that is none of it."""
    return st.lists(st.sampled_from([*ids, "elsewhere"]), max_size=3, unique=True)
