"""Kafka's own bytes by column are the records that aiokafka reads one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from streams import records
from streams.records import KafkaBatches, RecordObjects

BROKER, CREATED = 8, 0
"""Attributes of a batch: timestamps are the broker's (LogAppendTime), or the producer's."""
HEADERS: list[tuple[str, bytes | None]] = [("ce_id", b"0f" * 18), ("ce_specversion", b"1.0"), ("empty", b"")]

Told = tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]


def batch(base: int, told: Sequence[Told], *, compression: int = 0, times: int = BROKER) -> memoryview:
    """A batch as the broker keeps it: appended at 1,700,000,000,500 ms, the records created from ...,000 on."""
    builder = DefaultRecordBatchBuilder(2, compression, 0, -1, -1, 0, 1 << 24)
    for index, (key, value, headers) in enumerate(told):
        builder.append(index, 1_700_000_000_000 + index, key, value, headers)
    whole = builder.build()
    whole[:8] = base.to_bytes(8, "big")
    whole[22] |= times
    if times == BROKER:
        whole[35:43] = (1_700_000_000_500).to_bytes(8, "big")
    return memoryview(bytes(whole))


def one_by_one(batches: Sequence[memoryview]) -> list[Any]:
    return [record for raw in batches for record in DefaultRecordBatch(raw)]


def same(found: records.Records, wanted: Sequence[Any]) -> None:
    assert found.offsets.to_list() == [record.offset for record in wanted]
    assert found.appended.to_list() == [record.timestamp for record in wanted]
    assert found.keys.to_list() == [record.key for record in wanted]
    assert found.values.to_list() == [record.value for record in wanted]
    assert [tuple(found.headers[at]) for at in range(len(found))] == [tuple(record.headers) for record in wanted]
    ids = [next((told for name, told in record.headers if name == "ce_id"), None) or b"" for record in wanted]
    assert found.event_ids.to_list() == [one.decode(errors="replace") for one in ids]


@pytest.fixture
def no_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are not read one by one."""
    monkeypatch.delattr(KafkaBatches, "_one_by_one")


@pytest.mark.parametrize("compression", [0, 1, 3, 4], ids=["plain", "gzip", "lz4", "zstd"])
@pytest.mark.usefixtures("no_objects")
def test_batches_of_like_records_are_read_at_once(compression: int) -> None:
    told: list[Told] = [(b"k%d" % at, b"v" * at, HEADERS) for at in range(300)]
    batches = [batch(10, told, compression=compression), batch(400, told[:1], compression=compression)]
    same(KafkaBatches(10, batches).by_column(), one_by_one(batches))


@pytest.mark.usefixtures("no_objects")
def test_times_are_the_brokers_where_the_topic_says_so() -> None:
    batches = [batch(0, [(b"k", b"v", HEADERS)] * 2, times=times) for times in (BROKER, CREATED)]
    batches[1] = batch(2, [(b"k", b"v", HEADERS)] * 2, times=CREATED)
    found = KafkaBatches(0, batches).by_column()
    assert found.appended.to_list() == [1_700_000_000_500, 1_700_000_000_500, 1_700_000_000_000, 1_700_000_000_001]


@pytest.mark.usefixtures("no_objects")
def test_records_without_headers_are_read_at_once() -> None:
    batches = [batch(0, [(b"k", b"v", [])] * 3)]
    same(KafkaBatches(0, batches).by_column(), one_by_one(batches))


def test_records_before_the_position_are_left_out() -> None:
    batches = [batch(0, [(b"k", b"%d" % at, HEADERS) for at in range(5)])]
    assert KafkaBatches(3, batches).by_column().values.to_list() == [b"3", b"4"]


ODD: dict[str, Told] = {
    "a null key": (None, b"v", HEADERS),
    "a null value": (b"k", None, HEADERS),
    "a null header": (b"k", b"v", [("ce_id", None), *HEADERS[1:]]),
    "one header less": (b"k", b"v", HEADERS[1:]),
    "one header more": (b"k", b"v", [*HEADERS, ("traceparent", b"00")]),
    "another name": (b"k", b"v", [("ce_ie", b"0f" * 18), *HEADERS[1:]]),
    "another order": (b"k", b"v", HEADERS[::-1]),
    "an event id that is no text": (b"k", b"v", [("ce_id", b"\xff\xfe"), *HEADERS[1:]]),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_record_unlike_its_neighbours_is_read_all_the_same(odd: str, place: int) -> None:
    told: list[Told] = [(b"k", b"v", HEADERS)] * 5
    told[place] = ODD[odd]
    batches = [batch(7, told[:3]), batch(20, told[3:])]
    same(KafkaBatches(7, batches).by_column(), one_by_one(batches))


BYTES = st.binary(max_size=200)
NAMES = st.sampled_from(["ce_id", "ce_type", "é", ""])
TOLD = st.tuples(
    st.one_of(st.none(), BYTES),
    st.one_of(st.none(), BYTES),
    st.lists(st.tuples(NAMES, st.one_of(st.none(), BYTES)), max_size=3),
)


@given(told=st.lists(st.lists(TOLD, min_size=1, max_size=6), min_size=1, max_size=3))
def test_whatever_records_there_are_they_are_those_of_aiokafka(told: list[list[Told]]) -> None:
    batches = [batch(100 * at, some) for at, some in enumerate(told)]
    same(KafkaBatches(0, batches).by_column(), one_by_one(batches))


@given(count=st.integers(1, 60), headers=st.lists(st.tuples(NAMES, BYTES), max_size=4), value=BYTES)
def test_lengths_of_any_size_are_followed(count: int, headers: list[tuple[str, bytes]], value: bytes) -> None:
    told: list[Told] = [(b"k" * at, value * at, list(headers)) for at in range(count)]
    batches = [batch(0, told)]
    same(KafkaBatches(0, batches).by_column(), one_by_one(batches))


def test_nothing_fetched_is_no_record() -> None:
    assert len(KafkaBatches(5, []).by_column()) == 0
    assert len(RecordObjects().by_column()) == 0
