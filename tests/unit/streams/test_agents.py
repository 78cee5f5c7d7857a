"""What an agent does with stretches: order, patience, fencing, and stopping rather than guessing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import pytest

from projections.batch import Batch
from projections.store import Applied, Fenced
from schemas.codec import AvroSchema, CatalogueSchemas
from schemas.errors import LinliError, Unavailable
from streams.agents import SIDE_BY_SIDE, Applier
from streams.claims import BrokenChainError, Claims, Held
from streams.hook import Stretch
from streams.progress import Moved, Progress
from tests.unit.streams.doubles import FakeLog, RecordingStore, one_by_one
from tests.unit.streams.records import SCHEMAS, held, run_of, stretch

AWAY = Unavailable("PostgreSQL does not answer", code="part.postgres")


@dataclass
class Bench:
    """An applier with doubles around it, holding partition 0 of the complaints."""

    held: Held = field(default_factory=held)
    store: RecordingStore = field(default_factory=RecordingStore)
    pauses: list[float] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    waiting: list[LinliError] = field(default_factory=list)
    fenced: list[Held] = field(default_factory=list)
    released: int = 0
    loop: asyncio.AbstractEventLoop = field(init=False)

    def __post_init__(self) -> None:
        self.claims = Claims("project", self.store, FakeLog({}))
        self.claims.hold([self.held])
        self.progress = Progress(lambda: 0.0, self.moved.append, self.waiting.append)
        self.applier = Applier("project", self.claims, self.store, SCHEMAS, self.progress)
        self.applier.fenced, self.applier.released, self.applier.sleep = self.fenced.append, self._release, self._pause

    def _release(self) -> None:
        self.released += 1

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def stretch(self, before: int, after: int) -> Stretch:
        return stretch(run_of(0, range(before, after)), under=self.held)

    def run(self, stretches: Iterable[Stretch]) -> None:
        asyncio.run(self.applier.run(one_by_one(stretches)))


def test_stretches_are_applied_in_order_and_the_position_follows() -> None:
    bench = Bench()
    stretches = [bench.stretch(0, 3), bench.stretch(3, 4), bench.stretch(4, 9)]
    bench.run(stretches)
    assert bench.store.stretches == [(0, 3), (3, 4), (4, 9)]
    assert [(moved.next, moved.applied.applied) for moved in bench.moved] == [(3, 3), (4, 1), (9, 5)]
    assert bench.held.expected == 9
    assert bench.released == 3
    assert all(not one.records for one in stretches)


def test_the_expected_offset_moves_only_after_the_commit() -> None:
    bench, seen = Bench(), []
    bench.store.on_apply = lambda batch: seen.append(bench.held.expected)
    bench.run([bench.stretch(0, 3), bench.stretch(3, 4)])
    assert seen == [0, 3]


def test_the_next_batch_is_decoded_while_one_is_written() -> None:
    bench, decoded_meanwhile = Bench(), threading.Event()
    write = bench.store.apply

    async def source() -> AsyncIterator[Stretch]:
        yield bench.stretch(0, 3)
        yield bench.stretch(3, 4)
        decoded_meanwhile.set()
        yield bench.stretch(4, 5)

    def apply(batch: Batch, epoch: int) -> Applied:
        if batch.before == 0:
            assert decoded_meanwhile.wait(5)
        return write(batch, epoch)

    bench.store.apply = apply  # type: ignore[method-assign]

    asyncio.run(bench.applier.run(source()))
    assert bench.store.stretches == [(0, 3), (3, 4), (4, 5)]


@pytest.mark.parametrize("partitions", [(0, 1), (0, 0)])
def test_different_partitions_are_written_side_by_side_and_one_is_not(partitions: tuple[int, int]) -> None:
    bench = Bench()
    other = bench.held if partitions == (0, 0) else held(1)
    bench.claims.hold([other])
    second = stretch(run_of(partitions[1], [3]), under=other, before=0 if other.partition else 3)
    writing, most = [0], [0]
    both = threading.Barrier(2) if other.partition else None

    def apply(batch: Batch) -> None:
        writing[0] += 1
        most[0] = max(most[0], writing[0])
        if both is not None:
            both.wait(5)
        writing[0] -= 1

    bench.store.on_apply = apply
    bench.run([bench.stretch(0, 3), second])
    assert most == [2 if other.partition else 1]
    assert sorted(batch.partition for batch, _ in bench.store.applied) == sorted(partitions)


def test_what_waits_for_a_part_keeps_nobody_else_waiting() -> None:
    bench, free = Bench(), []

    async def pause(_seconds: float) -> None:
        for _ in range(SIDE_BY_SIDE):
            await asyncio.wait_for(bench.applier.slots.acquire(), 1)
        for _ in range(SIDE_BY_SIDE):
            bench.applier.slots.release()
        free.append(bench.store.stretches)

    bench.applier.sleep = pause
    bench.store.troubles = [Unavailable("away", code="part.postgres")]
    bench.run([bench.stretch(0, 3)])
    assert free == [[]]
    assert bench.store.stretches == [(0, 3)]


def test_no_more_than_one_batch_waits_decoded_for_the_one_that_is_written() -> None:
    bench, taken, taken_at_the_end = Bench(), [], []
    write = bench.store.apply

    async def source() -> AsyncIterator[Stretch]:
        for at in range(9):
            taken.append(at)
            yield bench.stretch(at, at + 1)

    def apply(batch: Batch, epoch: int) -> Applied:
        if batch.before == 0:
            for _ in range(1000):
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), bench.loop).result()
            taken_at_the_end.extend(taken)
        return write(batch, epoch)

    async def run() -> None:
        bench.loop = asyncio.get_running_loop()
        await bench.applier.run(source())

    bench.store.apply = apply  # type: ignore[method-assign]
    asyncio.run(run())
    assert len(taken_at_the_end) <= 5
    assert len(bench.store.applied) == 9


@pytest.mark.parametrize("before", [5, 2])
def test_a_gap_or_a_repetition_stops_the_worker_and_applies_nothing(before: int) -> None:
    bench = Bench()
    with pytest.raises(BrokenChainError):
        bench.run([bench.stretch(0, 3), bench.stretch(before, 9), bench.stretch(9, 11)])
    assert bench.store.stretches == [(0, 3)]
    assert bench.held.expected == 3


def test_void_offsets_inside_a_stretch_are_no_gap() -> None:
    bench = Bench()
    bench.run([stretch(run_of(0, [0, 2, 5]), under=bench.held, after=8), bench.stretch(8, 9)])
    assert [(batch.before, batch.after, batch.void) for batch, _ in bench.store.applied] == [(0, 8, 5), (8, 9, 0)]


def test_an_idle_tail_without_records_moves_only_the_position() -> None:
    bench = Bench()
    bench.run([stretch([], under=bench.held, before=0, after=2), bench.stretch(2, 3)])
    assert bench.store.passed == [("linli.complaints", 0, 0, 2, 1)]
    assert bench.store.stretches == [(2, 3)]
    assert bench.moved[0].applied == Applied(void=2)


def test_a_database_that_is_away_makes_the_same_batch_wait() -> None:
    bench = Bench()
    bench.store.troubles = [AWAY, AWAY, AWAY]
    bench.run([bench.stretch(0, 3), bench.stretch(3, 4)])
    assert bench.store.stretches == [(0, 3), (3, 4)]
    assert bench.waiting == [AWAY, AWAY, AWAY]
    assert len(bench.pauses) == 3
    assert all(0 <= pause <= 10 for pause in bench.pauses)


class AbsentSchemas(CatalogueSchemas):
    """A registry that is away for the first questions."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.questions = questions

    def by_id(self, schema_id: int) -> AvroSchema:
        self.questions -= 1
        if self.questions >= 0:
            raise Unavailable("the registry does not answer", code="part.registry")
        return super().by_id(schema_id)


def test_a_registry_that_is_away_makes_the_same_batch_wait() -> None:
    bench = Bench()
    bench.applier.schemas = AbsentSchemas(2)
    bench.run([bench.stretch(0, 3)])
    assert bench.store.stretches == [(0, 3)]
    assert [error.code for error in bench.waiting] == ["part.registry"] * 2


def test_a_partition_taken_away_while_waiting_is_left_to_its_next_owner() -> None:
    bench = Bench()
    bench.store.troubles = [AWAY] * 5
    bench.applier.sleep = _then(lambda: bench.claims.release([("linli.complaints", 0)]))
    bench.run([bench.stretch(0, 3)])
    assert bench.store.applied == []
    assert bench.held.expected == 0


def _then(what: Callable[[], None]) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        what()

    return sleep


def test_a_fenced_batch_and_those_after_it_are_dropped() -> None:
    bench = Bench()
    bench.store.troubles = [Fenced("another worker owns the partition")]
    bench.run([bench.stretch(0, 3), bench.stretch(3, 4)])
    assert bench.store.applied == []
    assert bench.fenced == [bench.held]
    assert bench.held.fenced
    assert bench.held.expected == 0
    assert bench.released == 2


def test_what_was_fetched_under_an_earlier_claim_is_dropped() -> None:
    bench = Bench()
    stale = bench.stretch(3, 9)
    bench.held = Held("linli.complaints", 0, 4, 2, 0)
    bench.claims.hold([bench.held])
    bench.run([stale, bench.stretch(0, 3)])
    assert bench.store.stretches == [(0, 3)]


def test_anything_unforeseen_stops_the_worker_as_it_is() -> None:
    bench = Bench()
    bench.store.troubles = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        bench.run([bench.stretch(0, 3), bench.stretch(3, 4)])
    assert bench.store.applied == []
