"""Statements written by a person, as JSON: names and instants become what the publisher takes, mistakes are told by field."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from linli.edge import now_micros
from producers.publish import VERSION, Statement
from schemas.catalogue import EVENTS, FAMILIES, EventType, event_type, schema_of
from schemas.errors import BadInput, WrongUsage

Stated = tuple[EventType, Statement]
_EPOCH_DAY = date(1970, 1, 1)


def read_statement(line: str, where: str) -> Stated:
    """One event as a JSON object with "type" and the fields of its schema. BadInput `input.json|type|field|value`."""
    try:
        told = json.loads(line)
    except ValueError as error:
        raise BadInput(
            f"no JSON: {error}", code="input.json", where=where, expected="one JSON object a line"
        ) from error
    if not isinstance(told, dict) or not isinstance(told.get("type"), str):
        raise BadInput("no event type", code="input.type", where=where, expected='an object with "type"')
    event = _event(told.pop("type"), where)
    fields = {field["name"]: field["type"] for field in schema_of(event)["fields"]}
    statement = {name: _value(name, value, fields, where) for name, value in told.items()}
    missing = [name for name in ("source", "occurred_at", event.family.key) if statement.get(name) is None]
    if missing:
        raise BadInput(f"{event.name} lacks {', '.join(missing)}", code="input.missing", where=where, field=missing[0])
    return event, statement


def annulment(
    family: str, entity: str, event_ids: Sequence[str], reason: str, authority: str | None, source: str
) -> Stated:
    """The event that takes others of the same entity out of every figure, as of now. WrongUsage `usage.family`."""
    if family not in {one.name for one in FAMILIES}:
        raise WrongUsage(
            f"there is no family {family}", code="usage.family", expected=", ".join(f.name for f in FAMILIES)
        )
    event = event_type(f"linli.{family}.EventAnnulled")
    told = {"targets": sorted(event_ids), "reason": reason, "authority": authority, "occurred_at": now_micros()}
    return event, {"source": source, event.family.key: entity, **told}


def _event(name: str, where: str) -> EventType:
    found = [event for event in EVENTS if name in (event.name, event.full_name)]
    if len(found) == 1:
        return found[0]
    if found:
        known = " or ".join(event.full_name for event in found)
        raise BadInput(f"{name} is in several families", code="input.type", where=where, expected=known)
    near = get_close_matches(name, [event.name for event in EVENTS], n=1)
    expected = f"{near[0]}, perhaps" if near else "a name of the catalogue, such as ComplaintFiled"
    raise BadInput(f"there is no event {name}", code="input.type", where=where, expected=expected)


def _value(name: str, value: Any, fields: dict[str, Any], where: str) -> Any:
    if name == VERSION:
        return value
    if name not in fields or name in ("event_id", "received_at"):
        near = get_close_matches(name, list(fields), n=1)
        expected = f"{near[0]}, perhaps" if near else "a field of the event's schema"
        raise BadInput(
            f"there is no field {name} to state", code="input.field", where=where, expected=expected, field=name
        )
    try:
        return _converted(fields[name], value)
    except (TypeError, ValueError, AttributeError) as error:
        expected = _EXPECTED.get(_logical(fields[name]) or "", "what its schema says (docs/events.md)")
        what = f"{name} is {value!r}"
        raise BadInput(what, code="input.value", where=where, expected=expected, field=name) from error


_EXPECTED = {"timestamp-micros": "2026-03-01T09:05:00+08:00", "date": "2026-03-01"}


def _converted(avro: Any, value: Any) -> Any:
    """Instants and days as numbers, also within lists and records; what a record leaves out takes its default."""
    if value is None or isinstance(avro, str):
        return value
    if isinstance(avro, list):
        return _converted(avro[1], value)
    if avro["type"] == "array":
        return [_converted(avro["items"], one) for one in value]
    if avro["type"] == "record":
        return _record(avro, value)
    return _micros(value) if _logical(avro) == "timestamp-micros" else (date.fromisoformat(value) - _EPOCH_DAY).days


def _record(avro: Any, told: Any) -> dict[str, Any]:
    fields = {field["name"]: field for field in avro["fields"]}
    if unknown := told.keys() - fields.keys():
        raise ValueError(f"there is no field {min(unknown)}")
    return {name: _converted(field["type"], told.get(name, field.get("default"))) for name, field in fields.items()}


def _logical(avro: Any) -> str | None:
    if isinstance(avro, list):
        return _logical(avro[1])
    return avro.get("logicalType") if isinstance(avro, dict) else None


def _micros(text: str) -> int:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no offset")
    since = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
