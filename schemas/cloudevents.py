"""CloudEvents 1.0 attributes as Kafka headers, binary content mode (CloudEvents Kafka protocol binding 1.0.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import polars as pl

from schemas.catalogue import EventType, schema_text

Headers = list[tuple[str, bytes]]

ID = "ce_id"
"""Always the first header, so that a reader of millions finds it without a search."""


def headers(event: EventType, event_id: str, source: str, occurred_at: str) -> Headers:
    """The headers of one event; `occurred_at` as RFC 3339 text (see `times`)."""
    return [
        (ID, event_id.encode()),
        ("ce_source", source.encode()),
        ("ce_time", occurred_at.encode()),
        *_constant(event),
    ]


def times(micros: Sequence[int]) -> list[str]:
    """Microseconds UTC as RFC 3339 texts, such as 2026-03-01T01:05:00.000000Z."""
    series = pl.Series(micros, dtype=pl.Int64).cast(pl.Datetime("us"))
    return series.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_list()


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
