"""CloudEvents 1.0 attributes as Kafka headers, binary content mode (CloudEvents Kafka protocol binding 1.0.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache

import polars as pl

from schemas.catalogue import EventType, schema_text

Headers = list[tuple[str, bytes]]

ID = "ce_id"
"""Always the first header, so that a reader of millions finds it without a search."""


def headers(
    event: EventType, ids: Sequence[str], sources: Sequence[str], occurred_at: Sequence[int]
) -> Iterator[Headers]:
    """The headers of each of several events of one type; `occurred_at` in microseconds UTC."""
    constant = _constant(event)
    named = {source: ("ce_source", source.encode()) for source in set(sources)}
    for identity, source, time in zip(ids, sources, _times(occurred_at), strict=True):
        yield [(ID, identity.encode()), named[source], ("ce_time", time), *constant]


def _times(micros: Sequence[int]) -> list[bytes]:
    """RFC 3339 texts, such as 2026-03-01T01:05:00.000000Z."""
    series = pl.Series(micros, dtype=pl.Int64).cast(pl.Datetime("us"))
    return series.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").cast(pl.Binary).to_list()


@cache
def dataschema(event: EventType) -> str:
    """`urn:sha256:<hex>` of the released .avsc file."""
    return f"urn:sha256:{hashlib.sha256(schema_text(event).encode()).hexdigest()}"


@cache
def _constant(event: EventType) -> tuple[tuple[str, bytes], ...]:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", event.full_name.encode()),
        ("ce_dataschema", dataschema(event).encode()),
        ("content-type", b"application/avro"),
    )
