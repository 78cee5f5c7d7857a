"""Events as bytes and back: Confluent framing, one by one with fastavro, by the block with Polars.

Bodies of one schema, concatenated, *are* one block of an Avro object container file: with a header in front, Polars decodes
them as columns. Two things would go wrong silently, so each block is checked row by row against the event ids that the
records' headers state: a value that holds two bodies shifts all later rows, and corrupted bytes panic. A block that fails
is decoded one by one, which finds the record at fault.

In memory all instants are int microseconds UTC and all dates int days since 1970-01-01.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import cavro
import fastavro
import polars as pl

from schemas.catalogue import EVENTS, EventType, event_type, schema_text
from schemas.columns import ENCODING_ERRORS, FieldWriter, joined
from schemas.errors import BadRecord, Unavailable

MAGIC = 0
_PREFIX = struct.Struct(">BI")
_SYNC = b"linli block sync"
_NOT_READ = ("doc", "logicalType", "encrypted_for")
_DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "bytes": pl.Binary(),
    "boolean": pl.Boolean(),
    "int": pl.Int32(),
    "long": pl.Int64(),
    "float": pl.Float32(),
    "double": pl.Float64(),
}


def frame(schema_id: int, body: bytes = b"") -> bytes:
    """Confluent wire format: 0x00, schema id (4 bytes, big-endian), Avro body."""
    return _PREFIX.pack(MAGIC, schema_id) + body


def unframe(value: bytes | None) -> tuple[int, bytes]:
    """(schema id, body) of a record's value; BadRecord `record.framing` when it is not framed."""
    if value is None or len(value) <= _PREFIX.size or value[0] != MAGIC:
        raise BadRecord(
            "the value is not a framed Avro event", code="record.framing", expected="0x00, 4-byte schema id, Avro body"
        )
    return _PREFIX.unpack_from(value)[1], value[_PREFIX.size :]


class AvroSchema:
    """One schema as it was written: the newest of an event type, or an earlier one. Raises KeyError for an unknown type."""

    def __init__(self, text: str) -> None:
        self.text = text
        raw = _bare(json.loads(text))
        self.full_name = f"{raw['namespace']}.{raw['name']}"
        self.event: EventType = event_type(self.full_name)
        self.fields: tuple[str, ...] = tuple(field["name"] for field in raw["fields"])
        self.raw = raw
        self._reader = fastavro.parse_schema(raw)
        self._writer = cavro.Schema(json.dumps(raw))

    @cached_property
    def header(self) -> bytes:
        """Header of an Avro object container file of this schema, with our sync marker."""
        return _header(self.raw)

    @cached_property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Field → Polars dtype of a decoded frame, in order."""
        return {field["name"]: _dtype(field["type"]) for field in self.raw["fields"]}

    def encode(self, event: Mapping[str, Any]) -> bytes:
        """The Avro body of an event that has every field; BadRecord `record.invalid` when it does not fit."""
        try:
            body: bytes = self._writer.binary_encode(event)
        except ENCODING_ERRORS as error:
            raise self._unfit(str(error), event.get("event_id")) from error
        return body

    def encode_columns(self, columns: Mapping[str, Sequence[Any]], height: int, before: bytes = b"") -> list[bytes]:
        """The bodies of `height` events given as one sequence of values a field, each after `before`; errors as `encode`."""
        if not height:
            return []
        return joined([before, *(self._encode_column(name, columns[name]) for name in self.fields)], height)

    def _encode_column(self, name: str, values: Sequence[Any]) -> bytes | list[bytes]:
        try:
            return self._field_writers[name].encoded(values)
        except ENCODING_ERRORS as error:
            raise self._unfit(f"{name}: {error}", None) from error

    @cached_property
    def _field_writers(self) -> dict[str, FieldWriter]:
        return {field["name"]: FieldWriter(field["type"]) for field in self.raw["fields"]}

    def _unfit(self, why: str, identity: str | None) -> BadRecord:
        return BadRecord(
            f"{self.event.name} does not fit its schema: {why}",
            code="record.invalid",
            expected="every field of the .avsc with its type",
            event_id=identity,
        )

    def decode(self, body: bytes) -> dict[str, Any]:
        """The event of an Avro body, every byte consumed; BadRecord `record.undecodable` or `record.trailing`."""
        stream = io.BytesIO(body)
        try:
            event = fastavro.schemaless_reader(stream, self._reader, None)
        except (
            Exception
        ) as error:  # fastavro raises whatever the bytes provoke: EOFError, IndexError, UnicodeDecodeError…
            raise BadRecord(
                f"the bytes are no {self.event.name}: {type(error).__name__}", code="record.undecodable"
            ) from error
        if stream.tell() != len(body):
            raise BadRecord(
                f"{len(body) - stream.tell()} bytes follow the {self.event.name}",
                code="record.trailing",
                expected="exactly one Avro body",
            )
        assert isinstance(event, dict)
        return event


class Schemas(Protocol):
    """Which id a schema has in the registry, and which schema an id names."""

    def id_of(self, event: EventType) -> int:
        """Id of the newest schema of an event type."""
        ...

    def by_id(self, schema_id: int) -> AvroSchema:
        """The schema that an id names. BadRecord `record.schema_unknown`: there is none; Unavailable: can't be told now."""
        ...


class CatalogueSchemas:
    """`Schemas` without a registry: the released files, numbered 1, 2, 3… in the order of `EVENTS`."""

    def __init__(self) -> None:
        self._ids = {event: number for number, event in enumerate(EVENTS, start=1)}
        self._events = dict(enumerate(EVENTS, start=1))
        self._schemas: dict[int, AvroSchema] = {}

    def id_of(self, event: EventType) -> int:
        return self._ids[event]

    def by_id(self, schema_id: int) -> AvroSchema:
        if schema_id not in self._events:
            raise unknown_schema(schema_id)
        if schema_id not in self._schemas:
            self._schemas[schema_id] = AvroSchema(schema_text(self._events[schema_id]))
        return self._schemas[schema_id]


def unknown_schema(schema_id: int) -> BadRecord:
    """The registry answers that it has no such schema."""
    return BadRecord(
        f"schema id {schema_id} is not in the registry",
        code="record.schema_unknown",
        expected="an id that the registry gave",
        remedy="write through an edge that uses this installation's registry",
    )


def unknown_event(full_name: str) -> Unavailable:
    """An event type that this release does not know: the worker waits for its upgrade, nothing is skipped."""
    return Unavailable(
        f"this release does not know the event type {full_name}",
        code="part.release",
        remedy="upgrade the worker; nothing is lost meanwhile",
        event_type=full_name,
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Decoded bodies of one schema.

    `frame`: one row per good body, columns and dtypes as `AvroSchema.dtypes`. `good`: for each row the index of its body.
    `faults`: index and reason of each body that could not be decoded, or whose event id is not the stated one.
    """

    frame: pl.DataFrame
    good: Sequence[int]
    faults: Sequence[tuple[int, BadRecord]]


def decode_block(
    schema: AvroSchema, bodies: Sequence[bytes] | pl.Series, event_ids: Sequence[str] | pl.Series
) -> Block:
    """Decode bodies of one schema as columns. `event_ids`: for each body the id that its record's header states."""
    bodies = bodies.to_list() if isinstance(bodies, pl.Series) else bodies
    ids = event_ids if isinstance(event_ids, pl.Series) else pl.Series(event_ids, dtype=pl.String)
    try:
        decoded = read_block(schema.header, len(bodies), b"".join(bodies))
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001  whatever corrupt bytes provoke, told apart below
        return _one_by_one(schema, bodies, ids)
    if decoded.height != len(bodies) or not (decoded["event_id"] == ids).all():
        return _one_by_one(schema, bodies, ids)
    return Block(decoded, range(len(bodies)), ())


def read_block(header: bytes, count: int, body: bytes) -> pl.DataFrame:
    """`count` Avro bodies, one after the other, as columns; raises whatever bytes of another schema provoke.

    Avro specification, "Object container files": `header` of such a file, then the bodies as its only block.
    """
    block = io.BytesIO()
    fastavro.schemaless_writer(block, "long", count)
    fastavro.schemaless_writer(block, "long", len(body))
    return pl.read_avro(io.BytesIO(b"".join((header, block.getvalue(), body, _SYNC))))


def container_header(fields: Sequence[tuple[str, str]]) -> bytes:
    """What `read_block` takes for a record of plain fields: (name, Avro type)."""
    return _header(
        {"type": "record", "name": "block", "fields": [{"name": name, "type": avro} for name, avro in fields]}
    )


def _header(schema: Any) -> bytes:
    out = io.BytesIO()
    fastavro.writer(out, schema, [], sync_marker=_SYNC)
    return out.getvalue()


def _one_by_one(schema: AvroSchema, bodies: Sequence[bytes], event_ids: pl.Series) -> Block:
    good: list[int] = []
    events: list[dict[str, Any]] = []
    faults: list[tuple[int, BadRecord]] = []
    for index, (body, stated) in enumerate(zip(bodies, event_ids, strict=True)):
        try:
            event = schema.decode(body)
            if event["event_id"] != stated:
                raise _other_id(event["event_id"], stated)
        except BadRecord as fault:
            faults.append((index, fault))
        else:
            good.append(index)
            events.append(event)
    return Block(pl.DataFrame(events, schema=schema.dtypes), good, faults)


def _other_id(found: str, stated: str | None) -> BadRecord:
    return BadRecord(
        f"the value is event {found}, its header states {stated}",
        code="record.event_id",
        expected="the same event id in the header ce_id and in the value",
        event_id=found,
    )


def _bare(schema: Any) -> Any:
    """The schema without docs and logical types: instants stay int, which both decoders read fastest and alike."""
    if isinstance(schema, dict):
        kept = {name: _bare(value) for name, value in schema.items() if name not in _NOT_READ}
        return kept["type"] if list(kept) == ["type"] else kept
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    return schema


def _dtype(avro: Any) -> pl.DataType:
    if isinstance(avro, list):
        return _dtype(avro[1])
    if isinstance(avro, str):
        return _DTYPES[avro]
    if avro["type"] == "array":
        return pl.List(_dtype(avro["items"]))
    return pl.Struct({field["name"]: _dtype(field["type"]) for field in avro["fields"]})
