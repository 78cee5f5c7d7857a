"""What an agent does with the stretches of its family: 1 decode, 2 apply, 3 move on. Order within a partition is kept.

While one batch is written, the next is decoded. A part that is away makes the same batch wait, with growing pauses;
everything unforeseen stops the worker. An exception that left an agent alive would acknowledge its event (Faust), so
none does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from projections.batch import Batch
from projections.store import Applied, Fenced
from schemas.codec import Schemas
from schemas.errors import LinliError, Unavailable
from streams.claims import Claims, Held, WorkerStore
from streams.decode import read_batch
from streams.progress import Progress

if TYPE_CHECKING:
    from streams.hook import Stretch

T = TypeVar("T")

LOGGER = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
"""Seconds; the first pause before a repeated attempt, at random up to this."""
LONGEST_PAUSE = 10.0
SIDE_BY_SIDE = 2
"""Batches that are decoded and applied at a time, of all agents of a process: one in PostgreSQL, one here. Undecoded ones take
a tenth of the memory."""

Decoded = tuple["Stretch", Batch]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first, out of the groups that task groups make of it."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


@dataclass
class Applier:
    """Takes stretches in, moves positions. One for each process. `slots`: batches decoded and applied side by side.

    `sleep` is a test's to replace.
    """

    role: str
    claims: Claims
    store: WorkerStore
    schemas: Schemas
    progress: Progress
    fenced: Callable[[Held], None] = lambda _held: None
    released: Callable[[], None] = lambda: None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))

    async def run(self, stretches: AsyncIterator[Stretch]) -> None:
        """Apply stretches until there are no more. Raises whatever stops the worker, as it is."""
        decoded: asyncio.Queue[Decoded | None] = asyncio.Queue(maxsize=1)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._decode_all(stretches, decoded))
                both.create_task(self._apply_all(decoded))
        except BaseExceptionGroup as failed:
            raise _first(failed) from failed

    async def _decode_all(self, stretches: AsyncIterator[Stretch], decoded: asyncio.Queue[Decoded | None]) -> None:
        async for stretch in stretches:
            await self.slots.acquire()
            batch = await self._decode(stretch)
            if batch is not None:
                await decoded.put((stretch, batch))
        await decoded.put(None)

    async def _apply_all(self, decoded: asyncio.Queue[Decoded | None]) -> None:
        """Write batches of different partitions side by side, those of one partition one after the other."""
        last = dict[int, asyncio.Task[None]]()
        async with asyncio.TaskGroup() as writing:
            while (item := await decoded.get()) is not None:
                partition = item[0].partition
                last[partition] = writing.create_task(self._apply_after(last.get(partition), *item))

    async def _apply_after(self, former: asyncio.Task[None] | None, stretch: Stretch, batch: Batch) -> None:
        if former is not None:
            await former
        await self._apply(stretch.held, batch)
        self._done(stretch)

    async def _decode(self, stretch: Stretch) -> Batch | None:
        """1 decode; None when the stretch is stale."""
        batch = await self._patiently(stretch.held, lambda: read_batch(self.role, stretch, self.schemas))
        if batch is None:
            self._done(stretch)
        stretch.decoded()
        return batch

    async def _apply(self, held: Held, batch: Batch) -> None:
        """2 apply, 3 move on: the expected offset moves only after COMMIT."""
        if not self.claims.is_current(held):
            return
        held.check(batch.before)
        try:
            applied = await self._patiently(held, lambda: self._write(batch, held.epoch))
        except Fenced as fenced:
            LOGGER.info("%s dropped: %s", batch.where, fenced)
            held.fenced = True
            self.fenced(held)
            return
        if applied is not None:
            held.expected = batch.after
            self.progress.moved(held, applied)

    def _write(self, batch: Batch, epoch: int) -> Applied:
        if batch.facts.height or batch.dead:
            return self.store.apply(batch, epoch)
        self.store.pass_over(batch.role, batch.topic, batch.partition, batch.before, batch.after, epoch)
        return Applied(void=batch.void)

    def _done(self, stretch: Stretch) -> None:
        stretch.release()
        self.slots.release()
        self.released()

    async def _patiently(self, held: Held, step: Callable[[], T]) -> T | None:
        """The step's result, tried again while a part is away; None when the partition is no longer ours."""
        if not self.claims.is_current(held):
            return None
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, Unavailable) and self.claims.is_current(held)),
            wait=wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
            before_sleep=self._note_failure,
            sleep=self._pause,
            reraise=True,
        )
        try:
            return await retrying(asyncio.to_thread, step)
        except Unavailable:
            return None  # taken away while we waited: its next owner reads it again

    async def _pause(self, seconds: float) -> None:
        """Meanwhile others may use the slot: one family that waits for a newer release holds up no other."""
        self.slots.release()
        await self.sleep(seconds)
        await self.slots.acquire()

    def _note_failure(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, LinliError):
            LOGGER.warning("waiting (attempt %d): %s", state.attempt_number, error)
            self.progress.waiting(error)
