"""Records out of aiokafka's fetcher: positions before and after, gaps, batches cut by a position, limits, errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.consumer.fetcher import FetchError, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.structs import TopicPartition
from faust.types import TP

from streams.fetching import UNBOUNDED, Taken, fetched

PARTITION = TP("linli.complaints", 0)
OTHER = TP("linli.complaints", 1)
LZ4 = 3


def kafka_batch(base: int, count: int, compression: int = 0) -> bytes:
    """`count` records from an offset on, as the broker keeps them."""
    builder = DefaultRecordBatchBuilder(2, compression, 0, -1, -1, 0, 1 << 20)
    for index in range(count):
        builder.append(index, 1_700_000_000_000, b"k%d" % (base + index), b"v", [("ce_id", b"e")])
    whole = bytearray(builder.build())
    whole[:8] = base.to_bytes(8, "big")  # the checksum does not cover the base offset
    return bytes(whole)


@dataclass
class FakeFetcher:
    """What `fetched` uses of `aiokafka.consumer.fetcher.Fetcher`."""

    positions: dict[TopicPartition, int] = field(default_factory=dict)
    _records: dict[Any, Any] = field(default_factory=dict)
    _closed: bool = False
    _wait_consume_future: str = "more, please"
    asked: list[str] = field(default_factory=list)
    arrives: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._subscriptions = SimpleNamespace(reassignment_in_progress=False, is_assigned=self.positions.__contains__)

    def add(self, partition: TP, position: int, *batches: bytes) -> None:
        """A fetch of a partition has come in."""
        place = TopicPartition(*partition)
        self.positions[place] = position
        part = PartitionRecords(place, _MemoryRecordsPy(b"".join(batches)), [], position, None, None, True, 0)
        self._records[place] = FetchResult(place, assignment=self, partition_records=part, backoff=0.1)

    active = True

    def state_value(self, place: TopicPartition) -> Any:
        def consumed_to(position: int) -> None:
            self.positions[place] = position

        return SimpleNamespace(paused=False, position=self.positions[place], consumed_to=consumed_to)

    def _notify(self, future: str) -> None:
        self.asked.append(future)

    def _create_fetch_waiter(self) -> asyncio.Future[None]:
        waiter = asyncio.get_running_loop().create_future()

        def arrive() -> None:
            self.arrives()
            if self._records:
                waiter.set_result(None)

        asyncio.get_running_loop().call_soon(arrive)
        return waiter


def fetch(
    fetcher: FakeFetcher, room: int = UNBOUNDED, partitions: Sequence[TP] = (PARTITION, OTHER)
) -> dict[TP, Taken]:
    return asyncio.run(fetched(cast("Any", fetcher), partitions, 0.01, room))


def offsets(taken: Taken) -> list[int]:
    return taken[2].by_column().offsets.to_list()


def test_a_fetch_is_one_stretch_with_the_positions_before_and_after_it() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 10, kafka_batch(10, 3), kafka_batch(13, 2))
    before, after, fetched = fetch(fetcher)[PARTITION]
    records = fetched.by_column()
    assert (before, after, records.offsets.to_list()) == (10, 15, [10, 11, 12, 13, 14])
    assert (records.keys[1], records.headers[1]) == (b"k11", (("ce_id", b"e"),))
    assert fetcher.positions[TopicPartition(*PARTITION)] == 15
    assert (fetcher.asked, fetcher._records) == (["more, please"], {})


def test_offsets_without_records_show_as_a_gap() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 10, kafka_batch(12, 2), kafka_batch(20, 1))
    taken = fetch(fetcher)[PARTITION]
    assert (taken[:2], offsets(taken)) == ((10, 21), [12, 13, 20])


def test_a_control_marker_moves_the_position_without_a_record() -> None:
    marker = bytearray(kafka_batch(10, 1))
    marker[21:23] = (0x30).to_bytes(2, "big")  # attributes: transactional, control
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 10, _with_checksum(marker))
    taken = fetch(fetcher)[PARTITION]
    assert (taken[:2], offsets(taken)) == ((10, 11), [])


def _with_checksum(batch: bytearray) -> bytes:
    from aiokafka.record.util import calc_crc32c

    batch[17:21] = calc_crc32c(memoryview(bytes(batch[21:]))).to_bytes(4, "big")
    return bytes(batch)


def test_records_before_the_position_are_left_out() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 12, kafka_batch(10, 5))
    taken = fetch(fetcher)[PARTITION]
    assert (taken[:2], offsets(taken)) == ((12, 15), [12, 13, 14])


def test_the_limit_ends_a_stretch_at_a_kafka_batch_and_the_rest_follows() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 0, *(kafka_batch(start, 10) for start in (0, 10, 20)))
    fetcher.add(OTHER, 5, kafka_batch(5, 1))
    assert {partition: taken[:2] for partition, taken in fetch(fetcher, 15).items()} == {
        PARTITION: (0, 20),
        OTHER: (5, 6),
    }
    assert {partition: taken[:2] for partition, taken in fetch(fetcher, 15).items()} == {PARTITION: (20, 30)}


def test_a_fetch_that_brings_nothing_is_no_stretch() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 10)
    assert fetch(fetcher) == {}
    assert fetcher._records == {}


def test_lz4_is_read() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 0, kafka_batch(0, 100, LZ4))
    assert offsets(fetch(fetcher)[PARTITION]) == list(range(100))


def test_partitions_that_are_not_wanted_now_keep_what_was_fetched() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 0, kafka_batch(0, 1))
    fetcher.add(OTHER, 0, kafka_batch(0, 1))
    assert list(fetch(fetcher, partitions=[OTHER])) == [OTHER]
    del fetcher.positions[TopicPartition(*PARTITION)]
    fetcher.add(OTHER, 1, kafka_batch(1, 1))
    fetch(fetcher, partitions=[OTHER])
    assert fetcher._records == {}


def test_what_was_fetched_before_a_seek_is_not_given_out() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 10, kafka_batch(10, 3))
    fetcher.positions[TopicPartition(*PARTITION)] = 4
    assert fetch(fetcher) == {}


def test_it_waits_for_the_first_records() -> None:
    fetcher = FakeFetcher()
    fetcher.arrives = lambda: fetcher.add(PARTITION, 0, kafka_batch(0, 1))
    assert fetch(fetcher)[PARTITION][:2] == (0, 1)


def test_nothing_arrives_in_time() -> None:
    assert fetch(FakeFetcher()) == {}


def test_a_checksum_that_does_not_fit_is_an_error() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 10, kafka_batch(10, 3).replace(b"k11", b"k99"))
    with pytest.raises(CorruptRecordException):
        fetch(fetcher)


def test_that_kafka_keeps_no_position_is_no_error() -> None:
    fetcher = FakeFetcher()
    fetcher.positions[TopicPartition(*OTHER)] = 0
    fetcher._records[TopicPartition(*OTHER)] = FetchError(error=NoOffsetForPartitionError(OTHER), backoff=0.1)
    fetcher.add(PARTITION, 0, kafka_batch(0, 1))
    assert list(fetch(fetcher)) == [PARTITION]
    assert fetcher._records == {}


def test_an_error_of_a_partition_is_raised_after_what_came_before_it() -> None:
    fetcher = FakeFetcher()
    fetcher.add(PARTITION, 0, kafka_batch(0, 1))
    fetcher._records[TopicPartition(*OTHER)] = FetchError(error=OffsetOutOfRangeError({}), backoff=0.1)
    fetcher.positions[TopicPartition(*OTHER)] = 0
    assert list(fetch(fetcher)) == [PARTITION]
    with pytest.raises(OffsetOutOfRangeError):
        fetch(fetcher)
