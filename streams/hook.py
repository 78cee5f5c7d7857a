"""The seams in Faust that make it fast and exact.

One Faust event is a *stretch*: what one fetch brought of one partition, undecoded. It carries the fetch position before
and after it, so that offsets without a record show as gaps, and a position that moved by itself as a broken chain.
Positions are claimed and sought in `perform_seek`, the only place that Faust does not overwrite. Private names used here
are guarded by `streams.selftest`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

import faust
from aiokafka.errors import ConsumerStoppedError
from aiokafka.structs import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

from schemas.errors import Unavailable
from streams.fetching import UNBOUNDED, fetched, keep_batches
from streams.records import Fetched, RecordObjects

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer
    from faust.types import AppT
    from faust.types.transports import ConsumerT

    from streams.claims import Claims, Held

CLAIM_SECONDS = 20.0
"""A claim must end well under Faust's `broker_request_timeout`: a time-out there ends recovery without a word."""

IDLE_WAIT_MILLISECONDS = 250
"""How long the broker may keep a fetch that finds nothing. While one waits, no other is sent to that broker, so a long
wait (Faust: 1,500 ms) starves partitions that have a backlog beside partitions that have none."""

REGAIN_SECONDS = 3.0
"""How long a fenced partition is left to whoever fenced it, at least; at random up to twice as long."""

FETCH_MAX_BYTES = 8 * 1024 * 1024
"""Upper bound of one fetch over all partitions, as stored (compressed)."""

_NO_ROOM_SECONDS = 1.0


class Stretch:
    """The offsets `before` (inclusive) to `after` (exclusive) of a partition, as fetched; to Faust, a `ConsumerRecord`."""

    __slots__ = ("__weakref__", "after", "before", "held", "partition", "records", "size", "topic")

    timestamp = timestamp_type = headers = key = checksum = None
    serialized_key_size = serialized_value_size = 0

    def __init__(self, held: Held, before: int, after: int, records: Fetched) -> None:
        self.held = held
        self.topic, self.partition = held.topic, held.partition
        self.before, self.after = before, after
        self.records = records
        self.size = len(records)

    @property
    def offset(self) -> int:
        """The last offset of the stretch, which is what Faust takes it for."""
        return self.after - 1

    @property
    def value(self) -> Stretch:
        """The stretch itself: what the agent gets."""
        return self

    def decoded(self) -> None:
        """The records are no longer needed; what was made of them counts as much, until `release`."""
        self.records = _NOTHING

    def release(self) -> None:
        """Nothing of it is needed any more: make room for the next fetch."""
        self.records, self.size = _NOTHING, 0


_NOTHING = RecordObjects()


class StretchScheduler(DefaultSchedulingStrategy):
    """One message a partition and fetch (setting `ConsumerScheduler`)."""

    def iterate(self, records: Mapping[TP, Any]) -> Iterator[tuple[TP, Any]]:
        """Stretch after stretch."""
        return iter(records.items())


class StretchSchema(faust.Schema[Any, Any]):
    """Passes a stretch on, untouched."""

    def compile(self, app: AppT, **_: Any) -> Any:
        """What Faust calls with each message."""

        async def decode(message: Any, *, propagate: bool = False) -> Any:  # noqa: ARG001  Faust names it
            return app.create_event(None, message.value, None, message)

        return decode


class StretchThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread: fetches stretches, and seeks to claimed positions between two fetches."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._sought: dict[TP, Held] = {}

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        keep_batches()
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = IDLE_WAIT_MILLISECONDS
        consumer._fetch_max_bytes = FETCH_MAX_BYTES
        return consumer

    async def take_up(self, claimed: Iterable[Held]) -> list[Held]:
        """Seek to the claimed positions; those that are (still) assigned. Runs in this thread, between two fetches."""
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        taken = [held for held in claimed if (held.topic, held.partition) in assigned]
        for held in taken:
            partition = TP(held.topic, held.partition)
            consumer.seek(TopicPartition(*partition), held.expected)
            self._sought[partition] = held
        return taken

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Any:
        if not self.consumer.flow_active:
            return {}
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError
        with fetcher._subscriptions.fetch_context():
            taken = await fetched(fetcher, active_partitions, timeout or 0.0, max_records or UNBOUNDED)
        return {
            partition: Stretch(self._sought[partition], *stretch)
            for partition, stretch in taken.items()
            if partition in self._sought
        }


class StretchConsumer(driver.Consumer):
    """Claims and seeks on assignment; keeps what is fetched and not yet applied within bounds."""

    transport: StretchTransport
    _thread: StretchThread

    def on_init(self) -> None:
        """Called by Faust's constructor."""
        super().on_init()
        self._room = asyncio.Event()
        self._fetched: WeakSet[Stretch] = WeakSet()
        self.transport.consumer = self

    def _new_consumer_thread(self) -> StretchThread:
        return StretchThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Claim what is assigned, then seek. A failure stops the worker: Faust would live on without consuming."""
        generation = self.app.consumer_generation_id
        try:
            await self.claim(self.assignment(), generation)
        except Exception as error:
            await self.app.crash(error)
            raise

    async def claim(self, partitions: Iterable[TP], generation: int) -> None:
        """Claim and seek, unless the group has moved on to another generation."""
        claims, wanted = self.transport.claims, list(partitions)
        try:
            async with asyncio.timeout(CLAIM_SECONDS):
                claimed = await asyncio.to_thread(
                    claims.claim, wanted, lambda: self.app.consumer_generation_id == generation
                )
                claims.hold(claimed)
                taken: list[Held] = await self._thread.call_thread(self._thread.take_up, claimed)
        except TimeoutError as error:
            raise Unavailable(
                f"no claim on {len(wanted)} partitions within {CLAIM_SECONDS:g} s",
                code="part.claim",
                remedy="see `linli status`; the worker is started again",
            ) from error
        claims.release((held.topic, held.partition) for held in claimed if held not in taken)
        for held in taken:
            partition = TP(held.topic, held.partition)
            self._read_offset[partition] = self._committed_offset[partition] = held.expected or None

    async def regain(self, held: Held) -> None:
        """Somebody fenced us. If the group still says that the partition is ours, that was a late claim: claim again."""
        await asyncio.sleep(REGAIN_SECONDS * (1 + random.random()))
        partition = TP(held.topic, held.partition)
        if not self.flow_active or self.transport.claims.held.get(partition) is not held:
            return
        if partition in self.assignment():
            try:
                await self.claim([partition], self.app.consumer_generation_id)
            except Exception as error:  # noqa: BLE001  whatever it is, the worker must not live on without the partition
                await self.app.crash(error)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """What was fetched of these partitions is stale."""
        self.transport.claims.release(revoked)
        await super().on_partitions_revoked(revoked)

    def on_buffer_drop(self, tp: TP) -> None:
        """An agent's buffer has room again: wake the fetcher at once."""
        super().on_buffer_drop(tp)
        self._room.set()

    def make_room(self) -> None:
        """A stretch was released: fetch on if that is what the fetcher waits for."""
        self._room.set()

    @property
    def in_memory(self) -> int:
        """Number of records fetched and not yet released."""
        return sum(stretch.size for stretch in self._fetched)

    async def _wait_next_records(self, timeout: float) -> Any:
        while self.flow_active and self._is_full():  # with no partition to fetch from, Faust sleeps for a second
            self._room.clear()
            try:
                await asyncio.wait_for(self._room.wait(), _NO_ROOM_SECONDS)
            except TimeoutError:
                return None, None
        records: Any
        records, active = await super()._wait_next_records(timeout)
        if not self.flow_active:
            return None, None  # else Faust would claim again, in the middle of a rebalance
        self._fetched.update((records or {}).values())
        return records, active

    def _is_full(self) -> bool:
        buffered = bool(self._buffered_partitions) and not self._get_active_partitions()
        return buffered or self.in_memory >= self.transport.max_in_memory


class StretchTransport(driver.Transport):
    """Transport whose consumer claims before it reads. `max_in_memory`: records fetched and not yet applied."""

    Consumer: ClassVar[type[ConsumerT]] = StretchConsumer
    claims: Claims
    max_in_memory: int

    def __init__(self, url: Any, app: AppT, claims: Claims, max_in_memory: int) -> None:
        super().__init__(url, app)
        self.claims, self.max_in_memory = claims, max_in_memory
        self.consumer: StretchConsumer | None = None

    def released(self) -> None:
        """A stretch was released."""
        if self.consumer is not None:
            self.consumer.make_room()

    def fenced(self, held: Held) -> None:
        """A partition was fenced: see later whether it is still ours."""
        if self.consumer is not None:
            self.consumer.add_future(self.consumer.regain(held))
