"""Records out of aiokafka's fetcher, a partition and a Kafka batch at a time, compressed as the broker sent them.

aiokafka makes Python objects of each record and its headers, which costs more than everything else on the way to the agent
(10.7 µs a record with CloudEvents headers). Here batches only have their checksum compared; `streams.records` reads them
by column, in the thread that decodes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from aiokafka.consumer import fetcher as aiokafka_fetcher
from aiokafka.consumer.fetcher import Fetcher, FetchError, FetchResult
from aiokafka.errors import ConsumerStoppedError, CorruptRecordException, NoOffsetForPartitionError
from aiokafka.record.memory_records import _MemoryRecordsPy

from streams.records import KafkaBatches, record_count

if TYPE_CHECKING:
    from faust.types import TP

UNBOUNDED = 2**31

Taken = tuple[int, int, KafkaBatches]
"""Fetch position before and after, and the records between them. Fewer records than offsets: the rest are void."""


def keep_batches() -> None:
    """Let fetchers of this process keep the bytes of batches within reach: aiokafka's C class hides them."""
    aiokafka_fetcher.MemoryRecords = _MemoryRecordsPy


async def fetched(fetcher: Fetcher, partitions: Collection[TP], timeout: float, max_records: int) -> dict[TP, Taken]:
    """What was fetched of these partitions, waiting at most `timeout` seconds for the first.

    Of each partition at most about `max_records`: it stops at the end of the Kafka batch that
    reaches it. Raises ConsumerStoppedError, and whatever
    aiokafka found wrong with a partition (offset out of range, a record too large, not authorised).
    """
    deadline = monotonic() + timeout
    while True:
        if fetcher._subscriptions.reassignment_in_progress:
            await fetcher._subscriptions.wait_for_assignment()
        taken = _drain(fetcher, partitions, max_records)
        left = deadline - monotonic()
        if taken or left <= 0:
            return taken
        waiter = fetcher._create_fetch_waiter()
        await asyncio.wait([waiter], timeout=left)
        if fetcher._closed:
            raise ConsumerStoppedError
        if not waiter.done():
            waiter.cancel()
            return {}
        waiter.result()


def _drain(fetcher: Fetcher, partitions: Collection[TP], max_records: int) -> dict[TP, Taken]:
    taken: dict[TP, Taken] = {}
    for partition in list(fetcher._records):
        if partition not in partitions:
            if not fetcher._subscriptions.is_assigned(partition):
                del fetcher._records[partition]
            continue
        result = fetcher._records[partition]
        if not isinstance(result, FetchResult):
            if taken:
                break  # the error is raised by the next call
            _ask_for_more(fetcher, partition)
            _raise(result)
            continue
        stretch = _take(result, partition, max_records)
        if not result.has_more():
            _ask_for_more(fetcher, partition)
        if stretch is not None:
            taken[partition] = stretch
    return taken


def _raise(found: FetchError) -> None:
    """Raise what is wrong with a partition, unless it is only that Kafka has no position for it: positions are not kept there.

    aiokafka looks for one as soon as a partition is assigned, and may tell before the claim has sought the right one.
    """
    with suppress(NoOffsetForPartitionError):
        found.check_raise()


def _ask_for_more(fetcher: Fetcher, partition: TP) -> None:
    del fetcher._records[partition]
    fetcher._notify(fetcher._wait_consume_future)


def _take(result: FetchResult, partition: TP, room: int) -> Taken | None:
    """The next records of a fetch, and the position moved past them; None when it was revoked or sought elsewhere."""
    if not result.check_assignment(partition) or not result.has_more():
        return None
    part = result._partition_records
    before = part.next_fetch_offset
    batches: list[memoryview] = []
    count = 0
    while count < room and part._records.has_next():
        raw = part._records._next_slice
        batch = part._records.next_batch()
        if not batch.validate_crc():
            raise CorruptRecordException(
                f"{partition}: a batch after offset {part.next_fetch_offset} does not match its checksum"
            )
        if not batch.is_control_batch:
            batches.append(raw)
            count += record_count(raw)
        part.next_fetch_offset = batch.next_offset
    result._update_position()
    after: int = part.next_fetch_offset
    if not part._records.has_next():
        result._partition_records = None
    return (before, after, KafkaBatches(before, batches)) if after > before else None
