"""Records as the fetcher gives them, and stretches of them, without Kafka."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from projections.batch import Headers
from schemas.catalogue import COMPLAINTS, Family, event_type, schema_of
from schemas.codec import CatalogueSchemas, frame
from streams.claims import Held
from streams.hook import Stretch
from streams.partitioning import partitions_of
from streams.records import RecordObjects

SCHEMAS = CatalogueSchemas()
PARTITIONS = 4
NOTED = "linli.complaints.ComplaintNoteAdded"
FILED = "linli.complaints.ComplaintFiled"
REGISTERED = "linli.places.PlaceRegistered"


class Fetched(NamedTuple):
    """One record; see `streams.records.Record`."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def cases_on(partition: int, count: int) -> list[str]:
    """Case ids whose key belongs on a partition."""
    names = [f"hotline:C-{number}" for number in range(40 * count)]
    placed = partitions_of([name.encode() for name in names], PARTITIONS)
    return [name for name, at in zip(names, placed, strict=True) if at == partition][:count]


def event(full_name: str, entity: str, number: int, /, **fields: Any) -> dict[str, Any]:
    """An event with every field, its id made from the number."""
    kind = event_type(full_name)
    blank = {field["name"]: field["default"] for field in schema_of(kind)["fields"] if "default" in field}
    common = {"event_id": str(uuid.UUID(int=number)), "occurred_at": number, "received_at": number, "source": "hotline"}
    return {**blank, **common, kind.family.key: entity, **fields}


def body(name: str, told: dict[str, Any]) -> bytes:
    return SCHEMAS.by_id(SCHEMAS.id_of(event_type(name))).encode(told)


def record(offset: int, entity: str, kind: str = NOTED, /, **fields: Any) -> Fetched:
    """A record as our own producers write it; its event id is made from the offset."""
    told = event(kind, entity, offset + 1, **fields)
    value = frame(SCHEMAS.id_of(event_type(kind)), body(kind, told))
    return Fetched(offset, 1_700_000_000_000 + offset, entity.encode(), value, [("ce_id", told["event_id"].encode())])


def held(partition: int = 0, family: Family = COMPLAINTS, expected: int = 0) -> Held:
    return Held(family.topic, partition, PARTITIONS, 1, expected)


def stretch(
    records: Sequence[Fetched], *, under: Held | None = None, before: int | None = None, after: int | None = None
) -> Stretch:
    """A stretch that begins and ends with its records unless told otherwise."""
    first = records[0].offset if before is None else before
    end = records[-1].offset + 1 if after is None else after
    return Stretch(under or held(), first, end, RecordObjects(records))


def run_of(partition: int, offsets: Iterable[int], name: str = NOTED) -> list[Fetched]:
    """Records of several cases of one partition at these offsets."""
    offsets = list(offsets)
    cases = cases_on(partition, 5)
    return [record(offset, cases[offset % len(cases)], name) for offset in offsets]
