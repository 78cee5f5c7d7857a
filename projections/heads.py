"""The facts of an entity as two blobs: fixed-size heads, and the Avro bodies one after the other.

A batch's heads are one numpy array without a loop, and its bodies are slices by cumulative length, grouped by schema id as
the columnar decoder wants them. The event id is not repeated in the head: it is the first field of every body.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import fastavro
import numpy as np
import polars as pl
from numpy.typing import NDArray

from projections.batch import OFFSET, Fact, facts_frame
from schemas.codec import Schemas, decode_block

HEAD = np.dtype([("offset", "<i8"), ("appended_at", "<i8"), ("schema_id", "<i4"), ("length", "<i4")])
"""24 bytes, little-endian: offset in the partition, append time (ms UTC), schema id, length of the body."""

_HEAD = struct.Struct("<qqii")
"""One head, for a few of them."""

_UUID_LENGTH = 36
_UUID_PREFIX = bytes([2 * _UUID_LENGTH])
"""Avro string of a UUID's length: the length, zigzag-coded, stands in front."""


@dataclass(frozen=True, slots=True)
class Blobs:
    """Facts of several entities, in any order: for each key their heads and their bodies."""

    keys: Sequence[str]
    heads: Sequence[bytes]
    bodies: Sequence[bytes]


NOTHING = Blobs((), (), ())

Entry = tuple[str, bytes, bytes]
"""One entity of `Blobs`: key, heads, bodies."""


@dataclass(frozen=True, slots=True)
class Run:
    """Facts of one schema, out of many entities: ready for the columnar decoder."""

    schema_id: int
    offsets: NDArray[np.int64]
    bodies: list[bytes]


def pack(facts: pl.DataFrame) -> Blobs:
    """Facts (columns `batch.FACTS`) of any entities, grouped by key, in key order; within an entity by offset."""
    if not facts.height:
        return NOTHING
    ordered = facts.sort("key", "offset")
    array = np.empty(ordered.height, HEAD)
    array["length"] = ordered["body"].bin.size().to_numpy()
    for name in ("offset", "appended_at", "schema_id"):
        array[name] = ordered[name].to_numpy()
    by_key = ordered["key"].rle().struct.unnest()
    stops = np.cumsum(by_key["len"].to_numpy())
    ends = np.cumsum(array["length"], dtype=np.int64)[stops - 1]
    return Blobs(
        by_key["value"].to_list(),
        _cut(array.tobytes(), stops * HEAD.itemsize),
        _cut(b"".join(ordered["body"].to_list()), ends),
    )


def _cut(whole: bytes, ends: NDArray[np.int64]) -> list[bytes]:
    """The pieces that end there."""
    stops = ends.tolist()
    return [whole[start:stop] for start, stop in zip([0, *stops[:-1]], stops, strict=True)]


def runs(blobs: Blobs, until: int) -> Iterator[Run]:
    """The facts at offsets below `until`, by schema id."""
    heads, stops = _heads(blobs.heads)
    whole = b"".join(blobs.bodies)
    wanted = heads["offset"] < until
    for schema_id in np.unique(heads["schema_id"][wanted]).tolist():
        at = np.flatnonzero(wanted & (heads["schema_id"] == schema_id))
        ends = stops[at]
        starts = ends - heads["length"][at]
        bodies = [whole[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        yield Run(schema_id, heads["offset"][at].astype(np.int64), bodies)


def decoded(schemas: Schemas, run: Run) -> pl.DataFrame:
    """The run as columns, with `_offset`. Stored facts decoded once before: the fault of one that does not is raised."""
    block = decode_block(schemas.by_id(run.schema_id), run.bodies, event_ids(run.bodies))
    if block.faults:
        raise block.faults[0][1]
    return block.frame.with_columns(pl.Series(OFFSET, run.offsets, dtype=pl.Int64))


def without(blobs: Blobs, taken_out: dict[str, set[int]]) -> Blobs:
    """Facts without those at the given offsets: only the entities named in `taken_out`."""
    left: list[Fact] = []
    for key, heads, bodies in entries(blobs):
        if key in taken_out:
            left.extend(fact for fact in unpack(key, heads, bodies) if fact.offset not in taken_out[key])
    return pack(facts_frame(left))


def joined(first: Blobs, second: Blobs) -> Blobs:
    """Facts of the entities of `second`, after those that they have in `first`."""
    had = {key: (head, body) for key, head, body in entries(first)}
    both = ((key, had.get(key, (b"", b"")), head, body) for key, head, body in entries(second))
    return blobs((key, old[0] + head, old[1] + body) for key, old, head, body in both)


def merged(first: Blobs, second: Blobs) -> Blobs:
    """Facts of different entities together."""
    return blobs([*entries(first), *entries(second)])


def unpack(key: str, heads: bytes, bodies: bytes) -> list[Fact]:
    """The facts of one entity, in the order of their offsets."""
    facts, start = [], 0
    for offset, appended_at, schema_id, length in _HEAD.iter_unpack(heads):
        body = bodies[start : start + length]
        start += length
        facts.append(Fact(key, event_id_of(body), schema_id, offset, appended_at, body))
    return sorted(facts, key=lambda fact: fact.offset)


def event_ids(bodies: Sequence[bytes]) -> pl.Series:
    """For each body the event id that it states in its first field."""
    column = pl.Series(bodies, dtype=pl.Binary)
    if column.bin.starts_with(_UUID_PREFIX).all():
        return column.bin.slice(1, _UUID_LENGTH).cast(pl.String)
    return pl.Series([event_id_of(body) for body in bodies], dtype=pl.String)


def event_id_of(body: bytes) -> str:
    """The event id, which is the first field of every body."""
    if body.startswith(_UUID_PREFIX):
        return body[1 : 1 + _UUID_LENGTH].decode()
    return str(fastavro.schemaless_reader(io.BytesIO(body), "string", None))


def _heads(heads: Sequence[bytes]) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """All heads as one array, and where each body ends in the joined bodies."""
    array = np.frombuffer(b"".join(heads), HEAD)
    return array, np.cumsum(array["length"], dtype=np.int64)


def entries(blobs: Blobs) -> Iterator[Entry]:
    """Entity by entity."""
    return zip(blobs.keys, blobs.heads, blobs.bodies, strict=True)


def blobs(entries: Iterable[Entry]) -> Blobs:
    """Entities together."""
    found = list(entries)
    return Blobs(*zip(*found, strict=True)) if found else NOTHING
