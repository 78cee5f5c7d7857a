"""A publisher that seals, encodes and appends in processes of its own, so that a large import uses every core.

The order in which events reach the log means nothing (rows are a function of the set of facts), so several producers may
write side by side. Small jobs never leave the process: starting others takes a second.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from multiprocessing import get_context

import polars as pl

from linli.edge import Edge, open_edge
from linli.garbage import few_collections
from linli.home import Endpoints
from producers.log import Log, Positions, Record
from producers.publish import Publisher, Statements
from schemas.catalogue import EventType, event_type

SMALL = 5_000
"""Statements at a time up to which a process of their own gains nothing."""
WORTH_STARTING = 20_000
"""Statements after which further processes are started."""
WAITING = 8
"""Jobs that may wait for each process, enough to last while the next rows are read: back-pressure, and a bound on memory."""
_LOADED_ONCE = ["confluent_kafka.schema_registry", "psycopg", "fastavro"]
"""What takes long to load and starts no threads, which would be lost to the processes that are forked off."""


class ParallelPublisher:
    """`producers.publish.Publishes` whose large jobs are done by other processes; its log's `flush` waits for all of them."""

    def __init__(self, local: Publisher, endpoints: Endpoints, processes: int | None = None) -> None:
        self._local = local
        self._endpoints = endpoints
        self._processes = processes or os.cpu_count() or 1
        self._pools: list[ProcessPoolExecutor] = []
        self._jobs: deque[Future[int]] = deque()
        self._seen = 0
        self._turn = 0
        self.clock = local.clock
        self.log: Log = _JointLog(local.log, self)

    def event_ids(self, event: EventType, statements: Statements) -> list[str]:
        """The ids that the events of these statements have, without writing anything."""
        return self._local.event_ids(event, statements)

    def publish(self, event: EventType, statements: Statements) -> object:
        """Append one event for each statement, here or elsewhere; errors of other processes are raised by a later call."""
        self._seen += len(statements)
        if not isinstance(statements, pl.DataFrame) or len(statements) <= SMALL or self._seen <= WORTH_STARTING:
            return self._local.publish(event, statements)
        for part in statements.iter_slices(SMALL):
            self._wait(WAITING * self._processes - 1)
            self._jobs.append(self._pool().submit(_publish, event.full_name, _packed(part)))
        return None

    def flush(self) -> Positions:
        """Wait until everything that other processes took over is kept."""
        self._wait(0)
        joint: Positions = {}
        for flushed in [pool.submit(_flush) for pool in self._pools]:
            joint = merged(joint, flushed.result())
        return joint

    def close(self) -> None:
        """End the other processes."""
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)
        self._pools.clear()

    def _wait(self, left: int) -> None:
        while len(self._jobs) > left:
            self._jobs.popleft().result()

    def _pool(self) -> ProcessPoolExecutor:
        """The next process in turn; each is a pool of one, so that it can be told to flush."""
        if len(self._pools) < self._processes:
            context = get_context("forkserver")
            context.set_forkserver_preload(_LOADED_ONCE)
            self._pools.append(ProcessPoolExecutor(1, context, initializer=_start, initargs=(self._endpoints,)))
        self._turn = (self._turn + 1) % len(self._pools)
        return self._pools[self._turn]


class _JointLog:
    """The local log, and those of the other processes."""

    def __init__(self, local: Log, publisher: ParallelPublisher) -> None:
        self._local = local
        self._publisher = publisher

    def append(self, record: Record) -> None:
        self._local.append(record)

    def flush(self) -> Positions:
        return merged(self._local.flush(), self._publisher.flush())


def merged(one: Positions, other: Positions) -> Positions:
    """The further position of each partition."""
    return {place: max(one.get(place, 0), other.get(place, 0)) for place in one.keys() | other.keys()}


_edge: Edge | None = None
_held = ExitStack()


def _start(endpoints: Endpoints) -> None:
    """In a process of its own: open an edge that lives as long as the process."""
    global _edge  # noqa: PLW0603  a process has one edge
    _held.enter_context(few_collections())
    _edge = _held.enter_context(open_edge(endpoints))


def _packed(statements: pl.DataFrame) -> bytes:
    """Arrow, compressed: origins repeat themselves, and a pipe takes 64 KiB at a time."""
    packed = BytesIO()
    statements.write_ipc_stream(packed, compression="lz4")
    return packed.getvalue()


def _publish(full_name: str, packed: bytes) -> int:
    assert _edge is not None
    return len(_edge.publisher.publish(event_type(full_name), pl.read_ipc_stream(packed)))


def _flush() -> Positions:
    assert _edge is not None
    return _edge.log.flush()
