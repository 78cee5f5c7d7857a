"""From what a source states to events in the log: identity, envelope, sealed personal text, encoding.

Many events of one type at once, as columns, in this order: 1 check, 2 identify, 3 seal, 4 encode, 5 append.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from producers.log import Clock, Log, Record
from schemas import cloudevents
from schemas.catalogue import EventType, encrypted_fields, schema_of
from schemas.codec import Schemas, frame
from schemas.errors import BadInput
from schemas.ids import NOT_STATED, event_id
from schemas.privacy import KeyStore, seal

FUTURE_TOLERANCE = 5 * 60 * 1_000_000
"""Microseconds that `occurred_at` may lie ahead of our clock."""

VERSION = "_version"
"""Name under which the source's own version of the record stands, where it has one."""

Statement = dict[str, Any]
"""What a source states: fields of the .avsc by name, instants as int microseconds, encrypted fields in the clear.

`event_id` and `received_at` are ours to give; fields left out take their default. `_version` is optional.
"""

Statements = Sequence[Statement] | pl.DataFrame
"""Statements of one event type, as dicts or as columns of a frame (int microseconds, int days; faster)."""

Columns = dict[str, Sequence[Any]]


class Publishes(Protocol):
    """What a feed needs: statements become events, here or in other processes."""

    @property
    def clock(self) -> Clock: ...

    @property
    def log(self) -> Log: ...

    def publish(self, event: EventType, statements: Statements) -> object:
        """Append one event for each statement."""
        ...

    def event_ids(self, event: EventType, statements: Statements) -> list[str]:
        """The ids that the events of these statements have, without writing anything."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """Turns statements into records of a log."""

    schemas: Schemas
    log: Log
    id_key: bytes
    key_store: KeyStore
    clock: Clock

    def publish(self, event: EventType, statements: Statements) -> list[str]:
        """Append one event for each statement; their event ids.

        BadInput `input.future` or BadRecord `record.invalid` before anything is appended.
        """
        if not len(statements):
            return []
        now = self.clock()
        columns = _columns(event, statements)
        _refuse_future(columns, now)
        ids = self._identify(event, columns)
        columns |= {"event_id": ids, "received_at": [now] * len(ids)}
        columns |= self._sealed(event, columns)
        for record in self._records(event, columns):
            self.log.append(record)
        return ids

    def event_ids(self, event: EventType, statements: Statements) -> list[str]:
        """The ids that the events of these statements have, without writing anything."""
        return self._identify(event, _columns(event, statements)) if len(statements) else []

    def _identify(self, event: EventType, columns: Columns) -> list[str]:
        key, name = self.id_key, event.full_name
        stated = zip(*(columns[field] for field in _stated_fields(event)), strict=True)
        refs = (ref or entity for ref, entity in zip(columns["source_ref"], columns[event.family.key], strict=True))
        told = zip(columns["source"], refs, columns[VERSION], stated, strict=True)
        return [event_id(key, source, ref, name, version or values) for source, ref, version, values in told]

    def _sealed(self, event: EventType, columns: Columns) -> Columns:
        """The encrypted fields as ciphertext."""
        fields = {name: of for name, of in encrypted_fields(event).items() if any(columns[name])}
        wanted = {
            key for name, of in fields.items() for key, text in zip(columns[of], columns[name], strict=True) if text
        }
        keys = self.key_store.keys(sorted(wanted)) if wanted else {}
        ids = columns["event_id"]
        sealed: Columns = {name: [None] * len(ids) for name in encrypted_fields(event)}
        for name, of in fields.items():
            told = zip(ids, columns[of], columns[name], strict=True)
            sealed[name] = [
                seal(keys[key], identity, name, key, text) if text else None for identity, key, text in told
            ]
        return sealed

    def _records(self, event: EventType, columns: Columns) -> list[Record]:
        schema_id, topic = self.schemas.id_of(event), event.family.topic
        ids, sources, keys = columns["event_id"], columns["source"], columns[event.family.key]
        bodies = self.schemas.by_id(schema_id).encode_columns(columns, len(ids))
        headers = cloudevents.headers(event, ids, sources, columns["occurred_at"])
        told = zip(keys, bodies, headers, ids, strict=True)
        return [
            Record(topic, key.encode(), frame(schema_id, body), head, identity) for key, body, head, identity in told
        ]


def _stated_fields(event: EventType) -> list[str]:
    return [field["name"] for field in schema_of(event)["fields"] if field["name"] not in NOT_STATED]


def _columns(event: EventType, statements: Statements) -> Columns:
    """One sequence of values for each field of the schema, defaults filled in, and `_version`."""
    height = len(statements)
    columns: Columns = {VERSION: [None] * height}
    frame_columns: Mapping[str, Sequence[Any]] = {}
    if isinstance(statements, pl.DataFrame):
        frame_columns = {name: statements[name].to_list() for name in statements.columns}
        columns |= frame_columns
    elif any(VERSION in told for told in statements):
        columns[VERSION] = [told.get(VERSION) for told in statements]
    for field in schema_of(event)["fields"]:
        name, default = field["name"], field.get("default")
        if not isinstance(statements, pl.DataFrame):
            columns[name] = [told.get(name, default) for told in statements]
        elif name not in frame_columns:
            columns[name] = [default] * height
    return columns


def _refuse_future(columns: Columns, now: int) -> None:
    if None in columns["occurred_at"]:
        where = columns["origin"][columns["occurred_at"].index(None)]
        raise BadInput("occurred_at is missing", code="input.missing", where=where or "", expected="when it happened")
    latest = max(columns["occurred_at"])
    if latest <= now + FUTURE_TOLERANCE:
        return
    at = columns["occurred_at"].index(latest)
    raise BadInput(
        f"occurred_at lies {(latest - now) // 1_000_000:,} s in the future",
        code="input.future",
        where=columns["origin"][at] or "",
        expected="a time at most 5 minutes ahead of our clock",
        remedy="check the time zone of the feed",
        occurred_at=latest,
    )
