"""From fetched records to a batch: what can be read becomes facts and frames, the rest dead letters with a stable code.

Dead letters, in the order in which a record is looked at:

    record.wrong_partition   its key belongs on another partition (the producer does not use murmur2)
    record.framing           the value is no framed Avro event
    record.schema_unknown    the registry answers that there is no such schema id
    record.foreign_type      an event of another family, or none of ours
    record.undecodable, record.trailing    the bytes are not that event, or more than it
    record.event_id          the header `ce_id` does not state the event's id
    record.key               the key is not the id of the entity that the event is about

Everything else raises and loses nothing: `part.registry` (away), `part.release` (an event of ours that is newer than
this release).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from projections.batch import OFFSET, Batch, DeadLetter, Fact, Headers
from schemas import cloudevents
from schemas.catalogue import Family, family_of
from schemas.codec import AvroSchema, Block, Schemas, decode_block, unframe
from schemas.errors import BadRecord, Unavailable
from streams.claims import record_hash
from streams.partitioning import partitions_of

if TYPE_CHECKING:
    from streams.hook import Stretch

_PREFIX_LENGTH = 5
_OURS = "linli."


class Record(Protocol):
    """What is read of a fetched record. `timestamp`: append time, ms UTC."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(slots=True)
class _Reading:
    """A stretch being read, by column; `facts` and `faults` by the index of the record."""

    stretch: Stretch
    family: Family
    schemas: Schemas
    offsets: Sequence[int]
    appended: Sequence[int]
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    headers: Sequence[Headers]
    facts: list[Fact | None]
    frames: dict[int, pl.DataFrame] = field(default_factory=dict)
    faults: dict[int, BadRecord] = field(default_factory=dict)

    def letter(self, index: int, fault: BadRecord) -> DeadLetter:
        """The record at `index` as a dead letter."""
        at = self.stretch
        known = (
            self.offsets[index],
            self.appended[index],
            self.keys[index],
            tuple(self.headers[index]),
            self.values[index],
        )
        return DeadLetter(at.topic, at.partition, *known, fault.code, str(fault))


_COLUMNS = attrgetter("offset", "timestamp", "key", "value", "headers")


def read_batch(role: str, stretch: Stretch, schemas: Schemas) -> Batch:
    """Decode a stretch, columnar, one block for each schema id."""
    columns: Sequence[Any] = list(zip(*map(_COLUMNS, stretch.records), strict=True)) or [()] * 5
    offsets, appended, keys, values, headers = columns
    unread: list[Fact | None] = [None] * len(stretch.records)
    family = family_of(stretch.topic)
    reading = _Reading(stretch, family, schemas, offsets, appended, keys, values, headers, unread)
    _find_misplaced(reading)
    for prefix, at in _by_prefix(reading).items():
        _read_group(reading, prefix, at)
    return Batch(
        role,
        stretch.topic,
        stretch.partition,
        stretch.before,
        stretch.after,
        facts=[fact for fact in reading.facts if fact is not None],
        frames=reading.frames,
        dead=[reading.letter(index, fault) for index, fault in sorted(reading.faults.items())],
        void=stretch.after - stretch.before - len(stretch.records),
        last_hash=_last_hash(reading),
    )


def _find_misplaced(reading: _Reading) -> None:
    keys, partition, of = reading.keys, reading.stretch.partition, reading.stretch.held.of
    placed = partitions_of(keys, of)
    for index in np.flatnonzero(placed != partition).tolist():
        reading.faults[index] = BadRecord(
            f"the key {_text(keys[index])} belongs on partition {placed[index]}"
            if keys[index] is not None
            else "no key",
            code="record.wrong_partition",
            expected=f"a record on the partition of its key (murmur2 of {of})",
            remedy="set the producer's partitioner to murmur2_random",
        )


def _by_prefix(reading: _Reading) -> dict[bytes, list[int]]:
    """Indexes of the records by the first bytes of their value: magic byte and schema id."""
    groups: defaultdict[bytes, list[int]] = defaultdict(list)
    for index, value in enumerate(reading.values):
        groups[value[:_PREFIX_LENGTH] if value else b""].append(index)
    if not reading.faults:
        return groups
    return {prefix: [index for index in at if index not in reading.faults] for prefix, at in groups.items()}


def _read_group(reading: _Reading, prefix: bytes, at: list[int]) -> None:
    """Decode the records that share a schema id."""
    values, headers = reading.values, reading.headers
    try:
        schema_id, _ = unframe(prefix + b"\0")
        schema = _schema(reading, schema_id)
    except BadRecord as fault:
        reading.faults.update(dict.fromkeys(at, fault))
        return
    bodies = [values[index][_PREFIX_LENGTH:] for index in at]  # type: ignore[index]  # framed: not None
    block = decode_block(schema, bodies, _stated_ids([headers[index] for index in at]))
    reading.faults.update((at[index], fault) for index, fault in block.faults)
    _keep(reading, schema_id, block, at, bodies)


def _schema(reading: _Reading, schema_id: int) -> AvroSchema:
    """The schema of an event of this family. Unavailable `part.release`: of ours, but not known to this release."""
    try:
        schema = reading.schemas.by_id(schema_id)
    except Unavailable as error:
        name = str(error.data.get("event_type", _OURS))
        if name.startswith(_OURS):
            raise
        raise _foreign(name, reading.family) from error
    if schema.event.family is not reading.family:
        raise _foreign(schema.full_name, reading.family)
    return schema


def _foreign(full_name: str, family: Family) -> BadRecord:
    return BadRecord(
        f"an event {full_name} on the topic {family.topic}",
        code="record.foreign_type",
        expected=f"an event of the family {family.name}",
    )


def _stated_ids(headers: Sequence[Headers]) -> pl.Series:
    """The event ids that headers state; an empty text where there is none, which is nobody's id."""
    stated = [found[0][1] if found and found[0][0] == cloudevents.ID else _searched(found) for found in headers]
    try:
        return pl.Series(stated, dtype=pl.Binary).cast(pl.String).fill_null("")
    except pl.exceptions.ComputeError:  # not UTF-8
        return pl.Series([_text(one) for one in stated], dtype=pl.String)


def _searched(headers: Headers) -> bytes | None:
    return next((content for name, content in headers if name == cloudevents.ID), None)


def _keep(reading: _Reading, schema_id: int, block: Block, at: list[int], bodies: list[bytes]) -> None:
    """Facts and frame of the decoded events whose key is their entity's id."""
    rows = at if len(block.good) == len(at) else [at[index] for index in block.good]
    keys, entities = [reading.keys[row] for row in rows], block.frame[reading.family.key]
    fits = (entities.cast(pl.Binary) == pl.Series(keys, dtype=pl.Binary)).to_numpy()
    for index in np.flatnonzero(~fits).tolist():
        reading.faults[rows[index]] = _other_entity(reading.family, entities[index], keys[index])
    frame, kept = block.frame, block.good
    if not fits.all():
        right = np.flatnonzero(fits).tolist()
        frame, kept = frame[right], [kept[index] for index in right]
        rows = [rows[index] for index in right]
    if rows:
        _add_facts(reading, schema_id, frame, rows, [bodies[index] for index in kept])


def _add_facts(reading: _Reading, schema_id: int, frame: pl.DataFrame, rows: list[int], bodies: list[bytes]) -> None:
    offsets = [reading.offsets[row] for row in rows]
    columns = zip(
        frame[reading.family.key].to_list(),
        frame["event_id"].to_list(),
        repeat(schema_id),
        offsets,
        [reading.appended[row] for row in rows],
        bodies,
        [reading.headers[row] for row in rows],
        strict=False,  # `repeat` has no end
    )
    facts = reading.facts
    for row, fact in zip(rows, map(Fact._make, columns), strict=True):
        facts[row] = fact
    reading.frames[schema_id] = frame.with_columns(pl.Series(OFFSET, offsets, dtype=pl.Int64))


def _other_entity(family: Family, entity: str, key: bytes | None) -> BadRecord:
    return BadRecord(
        f"the key is {_text(key)}, the event is about {entity}",
        code="record.key",
        expected=f"the event's {family.key} as the record's key",
    )


def _text(key: bytes | None) -> str:
    return (key or b"").decode(errors="replace")


def _last_hash(reading: _Reading) -> bytes | None:
    if not reading.offsets or reading.offsets[-1] != reading.stretch.offset:
        return None
    return record_hash(reading.keys[-1], reading.headers[-1], reading.values[-1])
