"""Which records become facts, and which dead letters with which code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from projections.batch import OFFSET, Batch
from schemas.catalogue import PLACES, event_type
from schemas.codec import AvroSchema, CatalogueSchemas, frame, unframe, unknown_event
from schemas.errors import Unavailable
from streams.claims import record_hash
from streams.decode import read_batch
from tests.unit.streams.records import (
    FILED,
    NOTED,
    REGISTERED,
    SCHEMAS,
    Fetched,
    cases_on,
    held,
    record,
    run_of,
    stretch,
)

CASE, OTHER = cases_on(0, 2)
ELSEWHERE = cases_on(1, 1)[0]


def read(records: list[Fetched], **how: object) -> Batch:
    return read_batch("project", stretch(records, **how), SCHEMAS)  # type: ignore[arg-type]


def test_facts_stand_in_the_order_of_their_offsets_and_frames_by_schema_id() -> None:
    records = [record(at, (CASE, OTHER)[at % 2], (NOTED, FILED)[at % 3 == 0]) for at in range(20)]
    batch = read(records)
    assert batch.facts["offset"].to_list() == list(range(20))
    assert batch.facts["key"].to_list() == [(CASE, OTHER)[at % 2] for at in range(20)]
    assert batch.facts["body"][3] == unframe(records[3].value)[1]
    assert batch.facts["appended_at"][3] == records[3].timestamp
    assert batch.headers(3) == tuple(records[3].headers)
    assert set(batch.frames) == {SCHEMAS.id_of(event_type(name)) for name in (NOTED, FILED)}
    told = pl.concat([frame.select("event_id", OFFSET) for frame in batch.frames.values()]).sort(OFFSET)
    assert told["event_id"].to_list() == [(record.headers[0][1] or b"").decode() for record in records]
    assert (batch.role, batch.topic, batch.partition, batch.before, batch.after) == (
        "project",
        "linli.complaints",
        0,
        0,
        20,
    )
    assert not batch.dead
    assert batch.void == 0


def test_offsets_without_a_record_are_void_and_the_last_one_has_no_hash() -> None:
    batch = read([record(3, CASE), record(7, CASE)], before=2, after=10)
    assert batch.void == 6
    assert batch.last_hash is None


def test_the_last_record_is_named_by_its_hash() -> None:
    records = run_of(0, range(3))
    assert read(records).last_hash == record_hash(records[2].key, records[2].headers, records[2].value)


def test_a_stretch_without_records_is_all_void() -> None:
    batch = read([], before=5, after=9)
    assert (batch.void, batch.facts.height, batch.last_hash) == (4, 0, None)


def _changed(**changes: Any) -> Callable[[Fetched], Fetched]:
    return lambda good: good._replace(**changes)


def _value(change: Callable[[bytes], bytes]) -> Callable[[Fetched], Fetched]:
    return lambda good: good._replace(value=change(good.value or b""))


def _foreign(good: Fetched) -> Fetched:
    return record(good.offset, CASE, REGISTERED, kind="compound", name="x")


FAULTS: dict[str, tuple[str, Callable[[Fetched], Fetched]]] = {
    "no key": ("record.wrong_partition", _changed(key=None)),
    "another partition's key": ("record.wrong_partition", _changed(key=ELSEWHERE.encode())),
    "no value": ("record.framing", _changed(value=None)),
    "an empty value": ("record.framing", _changed(value=b"")),
    "another magic byte": ("record.framing", _value(lambda value: b"\x01" + value[1:])),
    "a prefix cut short": ("record.framing", _value(lambda value: value[:3])),
    "an unknown schema id": ("record.schema_unknown", _value(lambda value: frame(9999, value[5:]))),
    "another family's event": ("record.foreign_type", _foreign),
    "nothing behind the prefix": ("record.undecodable", _value(lambda value: value[:5])),
    "bytes cut off": ("record.undecodable", _value(lambda value: value[:-9])),
    "bytes appended": ("record.trailing", _value(lambda value: value + b"\0")),
    "two bodies": ("record.trailing", _value(lambda value: value + value[5:])),
    "random bytes": ("record.undecodable", _value(lambda value: value[:5] + b"\xff" * 60)),
    "no headers": ("record.event_id", _changed(headers=[])),
    "no event id among the headers": ("record.event_id", _changed(headers=[("ce_source", b"hotline")])),
    "another event's id": ("record.event_id", _changed(headers=[("ce_id", b"0" * 36)])),
    "an event id that is no text": ("record.event_id", _changed(headers=[("ce_id", b"\xff\xfe")])),
    "another entity's key": ("record.key", _changed(key=OTHER.encode())),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_record_becomes_a_dead_letter_and_its_neighbours_facts(fault: str) -> None:
    code, broken = FAULTS[fault]
    good = [record(at, CASE) for at in range(5)]
    bad = broken(good[2])
    batch = read([*good[:2], bad, *good[3:]])
    assert [letter.code for letter in batch.dead] == [code]
    (letter,) = batch.dead
    assert (letter.offset, letter.appended_at, letter.key, letter.value) == (2, bad.timestamp, bad.key, bad.value)
    assert letter.headers == tuple(bad.headers)
    assert letter.reason
    assert batch.facts["offset"].to_list() == [0, 1, 3, 4]
    assert sum(frame.height for frame in batch.frames.values()) == 4


def test_an_event_id_is_found_wherever_it_stands_among_the_headers() -> None:
    good = record(0, CASE)
    moved = good._replace(headers=[("traceparent", b"x"), *good.headers])
    assert read([moved]).facts.height == 1


def test_a_stretch_of_nothing_but_faults() -> None:
    broken = [record(at, CASE)._replace(value=b"?") for at in range(3)]
    batch = read(broken)
    assert [letter.offset for letter in batch.dead] == [0, 1, 2]
    assert batch.frames == {}


class NewerSchemas(CatalogueSchemas):
    """A registry that knows an event type which this release does not."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def by_id(self, schema_id: int) -> AvroSchema:
        raise unknown_event(self.name)


def test_an_event_of_ours_that_is_newer_than_this_release_waits() -> None:
    with pytest.raises(Unavailable) as caught:
        read_batch("project", stretch([record(0, CASE)]), NewerSchemas("linli.complaints.ComplaintSung"))
    assert caught.value.code == "part.release"


def test_an_event_of_a_foreign_namespace_is_dead_lettered() -> None:
    schemas = NewerSchemas("com.example.Sung")
    batch = read_batch("project", stretch([record(0, CASE)]), schemas)
    assert [letter.code for letter in batch.dead] == ["record.foreign_type"]


def test_each_family_is_keyed_by_its_own_entity() -> None:
    place = cases_on(2, 1)[0]
    registered = record(0, place, REGISTERED, kind="compound", name="艾溪花园")
    batch = read([registered], under=held(2, PLACES))
    assert batch.facts["key"].to_list() == [place]
