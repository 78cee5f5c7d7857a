"""Records of a partition by column, out of the very bytes that Kafka keeps.

Kafka's record format (message format 2) writes numbers and lengths as the zigzag varints of Avro. So where all records have
the same headers, the records of a Kafka batch, decompressed, *are* one block of an Avro object container file, and Polars
reads them at once, without a Python object for each (docs/decisions/012). What does not fit (a null key or value, other
headers in one record than in the next) is read record by record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Protocol, overload

import numpy as np
import polars as pl
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy

from projections.batch import Headers
from schemas import cloudevents
from schemas.codec import container_header, read_block


class Record(Protocol):
    """What is read of one record. `timestamp`: append time, ms UTC."""

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


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one partition in the order of their offsets.

    offsets, appended (ms UTC): Int64. keys, values: Binary, null where there is none. event_ids: String, what the header
    `ce_id` states; an empty text where there is none, which is nobody's id. headers: those of each record.
    """

    offsets: pl.Series
    appended: pl.Series
    keys: pl.Series
    values: pl.Series
    event_ids: pl.Series
    headers: Sequence[Headers]

    def __len__(self) -> int:
        return len(self.offsets)


class Fetched(Protocol):
    """Records as they were fetched, not looked at yet."""

    def __len__(self) -> int: ...

    def by_column(self) -> Records:
        """The records, read."""
        ...


class RecordObjects:
    """Records that are Python objects already."""

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self._records = records

    def __len__(self) -> int:
        return len(self._records)

    def by_column(self) -> Records:
        headers = [tuple(record.headers) for record in self._records]
        return Records(
            pl.Series([record.offset for record in self._records], dtype=pl.Int64),
            pl.Series([record.timestamp for record in self._records], dtype=pl.Int64),
            pl.Series([record.key for record in self._records], dtype=pl.Binary),
            pl.Series([record.value for record in self._records], dtype=pl.Binary),
            _texts(pl.Series([_searched(found) for found in headers], dtype=pl.Binary)),
            headers,
        )


class KafkaBatches:
    """Kafka batches of one partition, compressed as they are.

    A batch is fetched whole, even when the position lies inside it: records below `before` are left out.
    """

    def __init__(self, before: int, batches: Sequence[memoryview]) -> None:
        self._before = before
        self._batches = batches
        self._length = sum(map(record_count, batches))

    def __len__(self) -> int:
        """About how many records: those that are left out count."""
        return self._length

    def by_column(self) -> Records:
        """The records, read. CorruptRecordException when they are not what their batch says."""
        if not self._length:
            return RecordObjects().by_column()
        return _read_at_once(self._before, self._batches) or self._one_by_one()

    def _one_by_one(self) -> Records:
        records = chain.from_iterable(DefaultRecordBatch(batch) for batch in self._batches)
        return RecordObjects([record for record in records if record.offset >= self._before]).by_column()


def record_count(batch: memoryview) -> int:
    """How many records a Kafka batch states that it has."""
    return int.from_bytes(batch[_COUNT], "big")


_COUNT = slice(57, 61)


class _HeaderColumns(Sequence[Headers]):
    """The headers of records that all have the same names."""

    def __init__(self, names: Sequence[str], contents: Sequence[pl.Series]) -> None:
        self._names, self._contents = names, contents

    def __len__(self) -> int:
        return len(self._contents[0]) if self._contents else 0

    @overload
    def __getitem__(self, index: int) -> Headers: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Headers]: ...
    def __getitem__(self, index: int | slice) -> Headers | Sequence[Headers]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        return tuple((name, content[index]) for name, content in zip(self._names, self._contents, strict=True))


def _read_at_once(before: int, raw: Sequence[memoryview]) -> Records | None:
    """All records as one Avro block; None where that does not fit."""
    batches = [_DefaultRecordBatchPy(batch) for batch in raw]
    body = b"".join(_plain(batches))
    counts = [batch._num_records for batch in batches]
    names = [name for name, _ in next(iter(DefaultRecordBatch(raw[0]))).headers]
    try:
        frame = read_block(_layout(len(names)), sum(counts), body)
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001  whatever bytes of another layout provoke
        return None
    if not _fits(frame, names, len(body)):
        return None
    offsets = np.repeat([batch.base_offset for batch in batches], counts) + frame["offset"].to_numpy()
    if (np.diff(offsets) <= 0).any():
        return None
    frame = frame.with_columns(_times(batches, counts, frame["time"]), pl.Series("offset", offsets))
    return _columns(frame.filter(pl.col("offset") >= before) if offsets[0] < before else frame, names)


def _plain(batches: Sequence[Any]) -> Iterator[memoryview]:
    """The records of each batch, decompressed."""
    for batch in batches:
        batch._maybe_uncompress()
        yield memoryview(batch._buffer)[batch._pos :]


def _fits(frame: pl.DataFrame, names: Sequence[str], size: int) -> bool:
    """Whether the block was what it was read as: lengths add up to its size, headers are the same throughout."""
    lengths = frame["length"].to_numpy() << 1
    own = sum((lengths >= 1 << bits).sum() for bits in (0, 7, 14, 21, 28, 35))
    return (
        bool((lengths >= 0).all())
        and int(lengths.sum() >> 1) + int(own) == size
        and not frame["attributes"].any()
        and bool((frame["headers"] == len(names)).all())
        and all(bool((frame[f"name_{at}"] == pl.Series([name.encode()])).all()) for at, name in enumerate(names))
    )


def _times(batches: Sequence[Any], counts: Sequence[int], deltas: pl.Series) -> pl.Series:
    """When records were appended, or (where the topic says so) created."""
    by_broker = [batch.timestamp_type == batch.LOG_APPEND_TIME for batch in batches]
    base = [
        batch.max_timestamp if appended else batch.first_timestamp
        for batch, appended in zip(batches, by_broker, strict=True)
    ]
    told = np.where(np.repeat(by_broker, counts), 0, deltas.to_numpy())
    return pl.Series("time", np.repeat(np.array(base, np.int64), counts) + told)


def _columns(frame: pl.DataFrame, names: Sequence[str]) -> Records:
    contents = [frame[f"content_{at}"] for at in range(len(names))]
    stated = contents[names.index(cloudevents.ID)] if cloudevents.ID in names else pl.Series([None] * frame.height)
    return Records(
        frame["offset"],
        frame["time"],
        frame["key"],
        frame["value"],
        _texts(stated.cast(pl.Binary)),
        _HeaderColumns(names, contents) if names else [()] * frame.height,
    )


def _texts(stated: pl.Series) -> pl.Series:
    try:
        return stated.cast(pl.String).fill_null("")
    except pl.exceptions.ComputeError:  # not UTF-8
        return pl.Series([(one or b"").decode(errors="replace") for one in stated], dtype=pl.String)


def _searched(headers: Headers) -> bytes | None:
    return next((content for name, content in headers if name == cloudevents.ID), None)


@cache
def _layout(headers: int) -> bytes:
    """Kafka's record with so many headers, as an Avro schema: the header of an object container file.

    Kafka protocol guide, "Record"; Avro specification, "Binary encoding". `attributes` is one byte, unused so far.
    """
    own = [("length", "long"), ("attributes", "boolean"), ("time", "long"), ("offset", "long")]
    told = [("key", "bytes"), ("value", "bytes"), ("headers", "long")]
    named = [(f"{what}_{at}", "bytes") for at in range(headers) for what in ("name", "content")]
    return container_header([*own, *told, *named])
