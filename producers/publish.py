"""From what a source states to events in the log: identity, envelope, sealed personal text, encoding.

Many events of one type at once, as columns, in this order: 1 check, 2 identify, 3 seal, 4 encode, 5 append.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Protocol

import polars as pl

from producers.log import Clock, Log, Record
from schemas import cloudevents
from schemas.catalogue import EventType, encrypted_fields, schema_of
from schemas.codec import Schemas, frame
from schemas.errors import BadInput
from schemas.ids import NOT_STATED, event_ids
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
_SIMPLE = (pl.String, pl.Int64)


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
        refs, entities = columns["source_ref"], columns[event.family.key]
        if not all(refs):
            refs = [ref or entity for ref, entity in zip(refs, entities, strict=True)]
        versions: Iterable[Any] = zip(*(columns[field] for field in _stated_fields(event, columns)), strict=True)
        if any(columns[VERSION]):
            versions = (version or stated for version, stated in zip(columns[VERSION], versions, strict=True))
        return event_ids(self.id_key, event.full_name, columns["source"], refs, versions)

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

    def _records(self, event: EventType, columns: Columns) -> Iterator[Record]:
        """Made one by one as the log takes them; what does not fit its schema is told before the first."""
        schema_id, topic = self.schemas.id_of(event), event.family.topic
        ids, keys = columns["event_id"], map(str.encode, columns[event.family.key])
        values = self.schemas.by_id(schema_id).encode_columns(columns, len(ids), before=frame(schema_id))
        headers = cloudevents.headers(event, ids, columns["source"], columns["occurred_at"])
        return map(Record, repeat(topic), keys, values, headers, ids)


def _stated_fields(event: EventType, columns: Columns) -> list[str]:
    """The fields that make an event what it is, up to the last one that any of the events states."""
    names = [field["name"] for field in schema_of(event)["fields"] if field["name"] not in NOT_STATED]
    while len(names) > 1 and columns[names[-1]].count(None) == len(columns[names[-1]]):
        names.pop()
    return names


def _columns(event: EventType, statements: Statements) -> Columns:
    """One sequence of values for each field of the schema, defaults filled in, and `_version`."""
    height = len(statements)
    columns: Columns = {VERSION: [None] * height}
    frame_columns: Mapping[str, Sequence[Any]] = {}
    if isinstance(statements, pl.DataFrame):
        frame_columns = {column.name: _listed(column) for column in statements.iter_columns()}
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


def _listed(column: pl.Series) -> list[Any]:
    """The values; the same object each time where there is one only, which makes all that follows cheaper."""
    first, dtype = column[0], column.dtype
    if first is None and column.null_count() == len(column):
        return [None] * len(column)
    if first is not None and dtype in _SIMPLE and column.null_count() == 0 and (column == first).all():
        return [first] * len(column)
    return column.to_list()


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
