"""Every event type beyond those of cases, places, parties and zones: stated, recorded, kept by the worker, traced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projections.statements import facts_table
from schemas.catalogue import COMPLAINTS, FAMILIES, PARTIES, PLACES, ZONES, EventType, events_of, schema_of
from tests.e2e.command import Linli

pytestmark = pytest.mark.e2e

SOURCE = "every-type"
KEPT = [family for family in FAMILIES if family not in (COMPLAINTS, PLACES, PARTIES, ZONES)]
GIVEN = {
    "string": "x",
    "int": 1,
    "long": 1,
    "boolean": True,
    "date": "2026-01-01",
    "timestamp-micros": "2026-01-01T00:00:00Z",
}


def told(event: EventType) -> dict[str, Any]:
    """An event with what its schema demands, and an entity of its own."""
    demanded = [field for field in schema_of(event)["fields"] if "default" not in field]
    types = {field["name"]: field["type"] for field in demanded if field["name"] not in ("event_id", "received_at")}
    kinds = {name: avro["logicalType"] if isinstance(avro, dict) else avro for name, avro in types.items()}
    values = {name: GIVEN[kind] for name, kind in kinds.items()}
    return {**values, "type": event.full_name, "source": SOURCE, event.family.key: f"{SOURCE}:{event.name}"}


def test_every_type_is_kept_and_traced(linli: Linli) -> None:
    types = [event for family in KEPT for event in events_of(family)]
    matter = {"matter_id": "1", "case_id": "s:1", "outcome": "solved", "due_on": "2026-02-28"}
    meeting = {"matters": [matter, {"matter_id": "2"}], "minutes": "说了什么"}
    events = [told(event) | (meeting if event.name == "MeetingHeld" else {}) for event in types]
    file = linli.folder / "every-type.ndjson"
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    assert linli.json("events", "state", file)["written"] == len(types)

    work = linli.json("work", "--until-caught-up")
    assert (work["dead_lettered"], work["lag"]) == (0, 0)
    assert linli.json("status")["balance"]["closes"]
    for family in KEPT:
        kept = linli.sql(f"SELECT key FROM linli.{facts_table(family)} WHERE key LIKE '{SOURCE}:%'")
        assert {key for (key,) in kept} == {f"{SOURCE}:{event.name}" for event in events_of(family)}

    document = linli.json("trace", "meeting", f"{SOURCE}:MeetingHeld")
    (fact,) = document["facts"]
    assert (fact["type"], fact["verdict"]) == ("MeetingHeld", "counts")
    assert [row["due_on"] for row in document["rows"]["meeting_matters"]] == ["2026-02-28", None]
    assert [(one["case_id"], one["due_on"]) for one in fact["values"]["matters"]] == [
        ("s:1", "2026-02-28"),
        (None, None),
    ]
    assert fact["values"]["minutes"] == "[sealed]"
    opened = linli.json("trace", "meeting", f"{SOURCE}:MeetingHeld", "--clear")
    assert opened["facts"][0]["values"]["minutes"] == "说了什么"
