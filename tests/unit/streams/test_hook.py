"""The seams in Faust: what a stretch looks like to it, claims on assignment, and how much is kept in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from weakref import WeakSet

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from schemas.errors import Refused, Unavailable
from streams import hook
from streams.claims import Claims, Held
from streams.hook import Stretch, StretchConsumer, StretchScheduler, StretchSchema, StretchThread
from streams.records import RecordObjects
from tests.unit.streams.doubles import FakeLog, RecordingStore
from tests.unit.streams.records import held, run_of, stretch

ONE, TWO = TP("linli.complaints", 0), TP("linli.complaints", 1)


@dataclass
class FakeThread:
    """The consumer's thread: seeks, and gives out one fetch after the other."""

    assigned: set[TP]
    sought: list[Held] = field(default_factory=list)
    fetches: list[Mapping[TP, Stretch]] = field(default_factory=list)

    async def call_thread(self, step: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        return await step(*arguments)

    async def take_up(self, claimed: list[Held]) -> list[Held]:
        self.sought += claimed
        return [one for one in claimed if (one.topic, one.partition) in self.assigned]

    def assignment(self) -> set[TP]:
        return set(self.assigned)

    async def getmany(self, active: set[TP], timeout: float) -> Mapping[TP, Stretch]:
        return self.fetches.pop(0) if self.fetches else {}


@dataclass
class Bench:
    """A consumer between doubles, assigned two partitions."""

    ends: dict[tuple[str, int], int] = field(default_factory=lambda: {ONE: 10, TWO: 20})
    crashed: list[BaseException] = field(default_factory=list)
    limit: int = 100

    def __post_init__(self) -> None:
        self.store = RecordingStore(stored={ONE: 4})
        self.claims = Claims("project", self.store, FakeLog(self.ends))
        self.thread = FakeThread({ONE, TWO})
        self.consumer = StretchConsumer.__new__(StretchConsumer)
        self.app = SimpleNamespace(consumer_generation_id=3, crash=self._crash, client_only=False, in_recovery=False)
        told: dict[str, Any] = {
            "transport": SimpleNamespace(claims=self.claims, max_in_memory=self.limit),
            "app": self.app,
        }
        told |= {"_thread": self.thread, "_read_offset": {}, "_committed_offset": {}, "flow_active": True}
        told |= {"_active_partitions": {ONE, TWO}, "_buffered_partitions": set(), "_paused_partitions": set()}
        told |= {"not_waiting_next_records": asyncio.Event()}
        vars(self.consumer).update(told)
        self.consumer.__dict__["_room"] = asyncio.Event()
        self.consumer._fetched = WeakSet()

    async def _crash(self, error: BaseException) -> None:
        self.crashed.append(error)


def run(step: Awaitable[Any]) -> Any:
    async def wrapped() -> Any:
        return await step

    return asyncio.run(wrapped())


def test_faust_takes_a_stretch_for_one_message_that_ends_at_its_last_offset() -> None:
    one = stretch(run_of(0, range(3)), after=7)
    ((partition, record),) = StretchScheduler.iterate(cast("Any", None), {ONE: one})
    consumer: Any = SimpleNamespace(app=SimpleNamespace(consumer_generation_id=1))
    message: Any = driver.Consumer._to_message(consumer, partition, record)
    assert (message.topic, message.partition, message.offset, message.value) == ("linli.complaints", 0, 6, one)
    made: list[Any] = []
    app: Any = SimpleNamespace(create_event=lambda *told: made.append(told))
    decode = StretchSchema().compile(app)
    run(decode(message))
    assert made == [(None, one, None, message)]


def test_on_assignment_partitions_are_claimed_then_sought() -> None:
    bench = Bench()
    run(bench.consumer.perform_seek())
    assert [(one.partition, one.expected) for one in bench.thread.sought] == [(0, 4), (1, 0)]
    assert set(bench.claims.held) == {ONE, TWO}
    assert bench.consumer._read_offset == {ONE: 4, TWO: None}
    assert bench.consumer._committed_offset == {ONE: 4, TWO: None}
    assert not bench.crashed


def test_a_partition_that_went_elsewhere_meanwhile_is_not_held() -> None:
    bench = Bench()
    bench.thread.take_up = _only(ONE)  # type: ignore[method-assign]
    run(bench.consumer.perform_seek())
    assert set(bench.claims.held) == {ONE}
    assert bench.consumer._read_offset == {ONE: 4}


def _only(partition: TP) -> Any:
    async def take_up(claimed: list[Held]) -> list[Held]:
        return [one for one in claimed if (one.topic, one.partition) == partition]

    return take_up


def test_nothing_is_claimed_for_a_generation_that_is_over() -> None:
    bench = Bench()
    run(bench.consumer.claim({ONE}, generation=2))
    assert bench.store.claimed == []
    assert bench.claims.held == {}


def test_a_refused_claim_stops_the_worker() -> None:
    bench = Bench()
    refusal = Refused("the topic was deleted and created again", code="refused.topic_recreated")

    def claim(*_: Any, **__: Any) -> Any:
        raise refusal

    bench.store.claim = claim  # type: ignore[method-assign]
    with pytest.raises(Refused):
        run(bench.consumer.perform_seek())
    assert bench.crashed == [refusal]


def test_a_claim_that_takes_too_long_stops_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "CLAIM_SECONDS", 0.0)
    bench = Bench()
    with pytest.raises(Unavailable) as caught:
        run(bench.consumer.perform_seek())
    assert caught.value.code == "part.claim"
    assert bench.crashed == [caught.value]


def test_a_fenced_partition_that_is_still_ours_is_claimed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "REGAIN_SECONDS", 0.0)
    bench = Bench()
    run(bench.consumer.perform_seek())
    fenced = bench.claims.held[ONE]
    fenced.fenced = True
    run(bench.consumer.regain(fenced))
    assert bench.claims.held[ONE] is not fenced
    assert bench.store.claimed[-1][1].keys() == {0}


@pytest.mark.parametrize("how", ["revoked", "claimed since", "in a rebalance", "elsewhere"])
def test_a_fenced_partition_that_is_no_longer_ours_is_left_alone(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "REGAIN_SECONDS", 0.0)
    bench = Bench()
    run(bench.consumer.perform_seek())
    fenced, claimed = bench.claims.held[ONE], len(bench.store.claimed)
    if how == "revoked":
        bench.claims.release([ONE])
    elif how == "claimed since":
        bench.claims.hold([held()])
    elif how == "in a rebalance":
        bench.consumer.flow_active = False
    else:
        bench.thread.assigned.remove(ONE)
    run(bench.consumer.regain(fenced))
    assert len(bench.store.claimed) == claimed


def test_what_is_fetched_while_partitions_are_taken_away_is_dropped_without_a_claim() -> None:
    bench = Bench()

    async def getmany(active: set[TP], timeout: float) -> Mapping[TP, Stretch]:
        bench.consumer.flow_active = False
        return {ONE: stretch(run_of(0, range(3)))}

    bench.thread.getmany = getmany  # type: ignore[method-assign]
    assert run(bench.consumer._wait_next_records(0.0)) == (None, None)
    assert bench.store.claimed == []


def test_no_more_is_fetched_until_records_are_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "_NO_ROOM_SECONDS", 0.01)
    bench = Bench(limit=5)
    one, two = stretch(run_of(0, range(5))), stretch(run_of(0, range(5, 6)))
    bench.thread.fetches = [{ONE: one}, {ONE: two}]
    assert run(bench.consumer._wait_next_records(0.0))[0] == {ONE: one}
    assert bench.consumer.in_memory == 5
    assert run(bench.consumer._wait_next_records(0.0)) == (None, None)
    one.release()
    bench.consumer.make_room()
    assert run(bench.consumer._wait_next_records(0.0))[0] == {ONE: two}


def test_room_in_memory_is_not_enough_while_every_agent_is_busy() -> None:
    """With no partition to fetch from, Faust would sleep for a second."""
    bench = Bench(limit=5)
    one, two = stretch(run_of(0, range(5))), stretch(run_of(0, range(5, 6)))
    bench.thread.fetches = [{ONE: one}, {ONE: two}]
    bench.consumer.sleep = None  # type: ignore[method-assign,assignment]

    async def released_before_an_agent_is_free() -> Any:
        await bench.consumer._wait_next_records(0.0)
        bench.consumer.on_buffer_full(ONE)
        bench.consumer.on_buffer_full(TWO)
        waiting = asyncio.create_task(bench.consumer._wait_next_records(0.0))
        await asyncio.sleep(0)
        one.release()
        bench.consumer.make_room()
        for _ in range(10):
            await asyncio.sleep(0)
        bench.consumer.on_buffer_drop(ONE)
        return await asyncio.wait_for(waiting, 0.5)

    assert asyncio.run(released_before_an_agent_is_free())[0] == {ONE: two}


def test_a_stretch_that_nobody_holds_any_more_counts_no_more() -> None:
    bench = Bench(limit=5)
    bench.thread.fetches = [{ONE: stretch(run_of(0, range(5)))}]
    run(bench.consumer._wait_next_records(0.0))
    assert bench.consumer.in_memory == 0


def test_a_released_stretch_wakes_a_fetcher_that_waits_for_room() -> None:
    bench = Bench(limit=5)
    one, two = stretch(run_of(0, range(5))), stretch(run_of(0, range(5, 6)))
    bench.thread.fetches = [{ONE: one}, {ONE: two}]

    async def both() -> Any:
        await bench.consumer._wait_next_records(0.0)
        waiting = asyncio.create_task(bench.consumer._wait_next_records(0.0))
        await asyncio.sleep(0)
        one.release()
        bench.consumer.make_room()
        return await asyncio.wait_for(waiting, 0.5)

    assert asyncio.run(both())[0] == {ONE: two}


class FakeKafkaConsumer:
    """What `StretchThread` uses of `AIOKafkaConsumer`."""

    def __init__(self) -> None:
        self.sought: list[tuple[TP, int]] = []
        self._closed = False
        self._fetcher = SimpleNamespace(_closed=False, _subscriptions=SimpleNamespace(fetch_context=_Context))

    def assignment(self) -> set[TP]:
        return {ONE}

    def seek(self, partition: TP, offset: int) -> None:
        self.sought.append((partition, offset))


class _Context:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def thread_with(consumer: FakeKafkaConsumer) -> StretchThread:
    thread = StretchThread.__new__(StretchThread)
    vars(thread).update(_consumer=consumer, _sought={}, consumer=SimpleNamespace(flow_active=True))
    return thread


def test_the_thread_seeks_what_is_still_assigned_and_stretches_carry_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    consumer, ours, elsewhere = FakeKafkaConsumer(), held(0, expected=7), held(1, expected=9)
    thread = thread_with(consumer)
    assert run(thread.take_up([ours, elsewhere])) == [ours]
    assert consumer.sought == [(ONE, 7)]
    records = RecordObjects(run_of(0, range(7, 9)))

    async def fetched(*_: Any) -> Any:
        return {ONE: (7, 10, records), TWO: (0, 1, RecordObjects())}

    monkeypatch.setattr(hook, "fetched", fetched)
    taken = run(thread._fetch_records(consumer, {ONE, TWO}, 1.0, None))
    assert list(taken) == [ONE]
    assert (taken[ONE].held, taken[ONE].before, taken[ONE].after, taken[ONE].records) == (ours, 7, 10, records)


def test_the_thread_fetches_nothing_during_a_rebalance() -> None:
    thread = thread_with(FakeKafkaConsumer())
    thread.consumer.flow_active = False
    assert run(thread._fetch_records(thread._consumer, {ONE})) == {}
