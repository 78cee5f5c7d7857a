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

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from projections.batch import FACTS, OFFSET, Batch, DeadLetter, Headers
from schemas.catalogue import Family, family_of
from schemas.codec import AvroSchema, Block, Schemas, decode_block, unframe
from schemas.errors import BadRecord, Unavailable
from streams.claims import record_hash
from streams.hook import Stretch
from streams.partitioning import partitions_of
from streams.records import Fetched, Records

_PREFIX_LENGTH = 5
_OURS = "linli."


@dataclass(slots=True)
class _Reading:
    """A stretch being read. `facts`, `frames`: what was read so far; `faults`: by the index of the record."""

    stretch: Stretch
    family: Family
    schemas: Schemas
    records: Records
    facts: list[pl.DataFrame] = field(default_factory=list)
    frames: dict[int, pl.DataFrame] = field(default_factory=dict)
    faults: dict[int, BadRecord] = field(default_factory=dict)

    def letter(self, index: int, fault: BadRecord) -> DeadLetter:
        """The record at `index` as a dead letter."""
        at, of = self.stretch, self.records
        known = (of.offsets[index], of.appended[index], of.keys[index], tuple(of.headers[index]), of.values[index])
        return DeadLetter(at.topic, at.partition, *known, fault.code, str(fault))


def read_batch(role: str, stretch: Stretch, schemas: Schemas) -> Batch:
    """Decode a stretch, columnar, one block for each schema id."""
    records = stretch.records.by_column()
    reading = _Reading(stretch, family_of(stretch.topic), schemas, records)
    _find_misplaced(reading)
    for prefix, at in _by_prefix(reading):
        _read_group(reading, prefix, at)
    return Batch(
        role,
        stretch.topic,
        stretch.partition,
        stretch.before,
        stretch.after,
        facts=pl.concat([FACTS.to_frame(), *reading.facts]).sort("offset"),
        frames=reading.frames,
        dead=[reading.letter(index, fault) for index, fault in sorted(reading.faults.items())],
        void=stretch.after - stretch.before - len(records),
        last_hash=_last_hash(reading),
        headers=_HeadersAt(stretch.records),
    )


class _HeadersAt:
    """The headers of a record by its offset, read again when one is asked for: hardly ever, and they would fill the memory."""

    def __init__(self, fetched: Fetched) -> None:
        self._fetched = fetched

    def __call__(self, offset: int) -> Headers:
        return tuple(self._records.headers[int(self._records.offsets.search_sorted(offset))])

    @cached_property
    def _records(self) -> Records:
        return self._fetched.by_column()


def _find_misplaced(reading: _Reading) -> None:
    keys, partition, of = reading.records.keys, reading.stretch.partition, reading.stretch.held.of
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


def _by_prefix(reading: _Reading) -> Iterator[tuple[bytes, pl.Series]]:
    """Indexes of the records by the first bytes of their value: magic byte and schema id."""
    prefixes = reading.records.values.bin.slice(0, _PREFIX_LENGTH).fill_null(b"")
    told = pl.DataFrame({"prefix": prefixes}).with_row_index()
    if reading.faults:
        told = told.filter(~pl.col("index").is_in(list(reading.faults)))
    groups = told.group_by("prefix").agg("index")
    for number, prefix in enumerate(groups["prefix"].to_list()):
        yield prefix, groups["index"][number]


def _read_group(reading: _Reading, prefix: bytes, at: pl.Series) -> None:
    """Decode the records that share a schema id."""
    try:
        schema_id, _ = unframe(prefix + b"\0")
        schema = _schema(reading, schema_id)
    except BadRecord as fault:
        reading.faults.update(dict.fromkeys(at.to_list(), fault))
        return
    bodies = reading.records.values.gather(at).bin.slice(_PREFIX_LENGTH)
    block = decode_block(schema, bodies, reading.records.event_ids.gather(at))
    reading.faults.update((at[index], fault) for index, fault in block.faults)
    if block.frame.height:
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


def _keep(reading: _Reading, schema_id: int, block: Block, at: pl.Series, bodies: pl.Series) -> None:
    """Facts and frame of the decoded events whose key is their entity's id."""
    records, frame = reading.records, block.frame
    if frame.height < len(at):
        good = pl.Series(block.good, dtype=pl.UInt32)
        at, bodies = at.gather(good), bodies.gather(good)
    keys, entities = records.keys.gather(at), frame[reading.family.key]
    fits = entities.cast(pl.Binary) == keys
    if not fits.all():
        for index in np.flatnonzero(~fits.to_numpy()).tolist():
            reading.faults[at[index]] = _other_entity(reading.family, entities[index], keys[index])
        at, bodies, frame, entities = at.filter(fits), bodies.filter(fits), frame.filter(fits), entities.filter(fits)
    if not frame.height:
        return
    offsets = records.offsets.gather(at)
    told = {"key": entities, "offset": offsets, "appended_at": records.appended.gather(at), "body": bodies}
    facts = pl.DataFrame(told).with_columns(pl.lit(schema_id, pl.Int32).alias("schema_id"))
    reading.facts.append(facts.select(FACTS.names()))
    reading.frames[schema_id] = frame.with_columns(offsets.alias(OFFSET))


def _other_entity(family: Family, entity: str, key: bytes | None) -> BadRecord:
    return BadRecord(
        f"the key is {_text(key)}, the event is about {entity}",
        code="record.key",
        expected=f"the event's {family.key} as the record's key",
    )


def _text(key: bytes | None) -> str:
    return (key or b"").decode(errors="replace")


def _last_hash(reading: _Reading) -> bytes | None:
    records = reading.records
    if not len(records) or records.offsets[-1] != reading.stretch.offset:
        return None
    return record_hash(records.keys[-1], records.headers[-1], records.values[-1])
