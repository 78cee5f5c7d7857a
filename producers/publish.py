"""From what a source states to events in the log: identity, envelope, sealed personal text, encoding.

Each step for many events of one type at once, in this order: 1 check, 2 identify, 3 seal, 4 encode, 5 append.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from producers.log import Clock, Log, Record
from schemas import cloudevents
from schemas.catalogue import EventType, encrypted_fields, schema_of
from schemas.codec import AvroSchema, Schemas, frame
from schemas.errors import BadInput
from schemas.ids import event_id
from schemas.privacy import KeyStore, seal

FUTURE_TOLERANCE = 5 * 60 * 1_000_000
"""Microseconds that `occurred_at` may lie ahead of our clock."""

VERSION = "_version"
"""Key of a statement under which the source's own version of the record stands, where it has one."""

Statement = dict[str, Any]
"""What a source states: fields of the .avsc by name, instants as int microseconds, encrypted fields in the clear.

`event_id` and `received_at` are ours to give; fields left out take their default. `_version` is optional.
"""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Turns statements into records of a log."""

    schemas: Schemas
    log: Log
    id_key: bytes
    key_store: KeyStore
    clock: Clock

    def publish(self, event: EventType, statements: Sequence[Statement]) -> list[str]:
        """Append one event for each statement; their event ids. BadInput `input.future` before anything is appended."""
        now = self.clock()
        _refuse_future(statements, now)
        ids = self.event_ids(event, statements)
        sealed = self._sealed(event, statements, ids)
        schema_id = self.schemas.id_of(event)
        schema = self.schemas.by_id(schema_id)
        for record in _records(event, schema, schema_id, sealed, ids, now):
            self.log.append(record)
        return ids

    def event_ids(self, event: EventType, statements: Sequence[Statement]) -> list[str]:
        """The ids that the events of these statements have, without writing anything."""
        key, name, entity = self.id_key, event.full_name, event.family.key
        return [
            event_id(key, told["source"], told.get("source_ref") or told[entity], name, told.get(VERSION) or told)
            for told in statements
        ]

    def _sealed(self, event: EventType, statements: Sequence[Statement], ids: Sequence[str]) -> Sequence[Statement]:
        """The statements with every encrypted field as ciphertext."""
        fields = encrypted_fields(event)
        subjects = {told[fields[name]] for told in statements for name in fields if told.get(name) is not None}
        if not subjects:
            return statements
        keys = self.key_store.keys(sorted(subjects))
        return [_seal(told, fields, identity, keys) for told, identity in zip(statements, ids, strict=True)]


def _seal(told: Statement, fields: dict[str, str], identity: str, keys: dict[str, bytes]) -> Statement:
    clear = {name: told[subject] for name, subject in fields.items() if told.get(name) is not None}
    sealed = {name: seal(keys[subject], identity, name, subject, told[name]) for name, subject in clear.items()}
    return {**told, **sealed}


def _refuse_future(statements: Sequence[Statement], now: int) -> None:
    latest = max((told["occurred_at"] for told in statements), default=0)
    if latest <= now + FUTURE_TOLERANCE:
        return
    told = next(told for told in statements if told["occurred_at"] == latest)
    raise BadInput(
        f"occurred_at lies {(latest - now) // 1_000_000:,} s in the future",
        code="input.future",
        where=told.get("origin") or "",
        expected="a time at most 5 minutes ahead of our clock",
        remedy="check the time zone of the feed",
        occurred_at=latest,
    )


def _records(
    event: EventType, schema: AvroSchema, schema_id: int, statements: Sequence[Statement], ids: Sequence[str], now: int
) -> list[Record]:
    topic, entity, blank = event.family.topic, event.family.key, {**_blank(event), "received_at": now}
    times = cloudevents.times([told["occurred_at"] for told in statements])
    return [
        Record(
            topic,
            told[entity].encode(),
            frame(schema_id, schema.encode({**blank, **told, "event_id": identity})),
            cloudevents.headers(event, identity, told["source"], time),
            identity,
        )
        for told, identity, time in zip(statements, ids, times, strict=True)
    ]


def _blank(event: EventType) -> Statement:
    """Defaults of the fields that have one."""
    return {field["name"]: field["default"] for field in schema_of(event)["fields"] if "default" in field}
