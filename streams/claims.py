"""Partitions that this process holds: claimed in the store, with the offset that must come next.

The order is the promise. On assignment: 1 look at the log (edges, topic ids), 2 claim in the store, which fences every
former owner, 3 seek (`streams.hook`). For each batch: 4 it must begin where the last one ended, 5 the store moves the
position by compare-and-set together with the rows, 6 only then the expected offset moves here.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from projections.batch import Batch, Headers
from projections.store import Applied, Claim, HashAt, LogEdge
from schemas.errors import LinliError

TopicPartition = tuple[str, int]
"""(topic, partition). The named tuples of Faust and aiokafka are equal to it."""

_LENGTH = struct.Struct(">i")


class BrokenChainError(LinliError):
    """A batch does not begin where the last one ended: the process must stop, nothing was applied.

    `data` has topic, partition, expected, found.
    """

    code = "chain"


class LogView(Protocol):
    """What a claim must know about the log. Calls block; Unavailable `part.kafka` while Kafka does not answer."""

    def topic_id(self, topic: str) -> str:
        """Kafka's own id of a topic: another one means that it was deleted and created again."""
        ...

    def partitions(self, topic: str) -> int:
        """Number of partitions of a topic."""
        ...

    def edges(self, topic: str, partitions: Iterable[int]) -> dict[int, LogEdge]:
        """Where partitions begin and end now."""
        ...

    def record_hash(self, topic: str, partition: int, offset: int) -> bytes | None:
        """`record_hash` of the record at an offset; None when no record stands there."""
        ...


class WorkerStore(Protocol):
    """What a worker needs of `projections.store.Store`; what the calls promise stands there."""

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        """Make partitions ours."""
        ...

    def apply(self, batch: Batch, epoch: int) -> Applied:
        """Move the position and apply the batch, at once or not at all."""
        ...

    def pass_over(self, role: str, topic: str, partition: int, before: int, after: int, epoch: int) -> None:
        """Move only the position."""
        ...


def record_hash(key: bytes | None, headers: Headers, value: bytes | None) -> bytes:
    """SHA-256 that names a record: key, headers in order and value, each with its length in front (−1: null)."""
    digest = hashlib.sha256()
    parts = [key, *(part for name, content in headers for part in (name.encode(), content)), value]
    for part in parts:
        digest.update(_LENGTH.pack(-1 if part is None else len(part)))
        digest.update(part or b"")
    return digest.digest()


@dataclass(slots=True, eq=False)
class Held:
    """A partition claimed by this process. `of`: the topic's number of partitions. `expected`: where the next batch
    begins.

    Another claim of the same partition is another object; a batch carries the one under which it was fetched, so that
    one fetched before a rebalance is known as stale.
    """

    topic: str
    partition: int
    of: int
    epoch: int
    expected: int
    fenced: bool = False

    def check(self, before: int) -> None:
        """BrokenChainError when a batch that begins at `before` is not the next one."""
        if before != self.expected:
            raise BrokenChainError(
                f"the batch begins at {before}, not at {self.expected}",
                where=f"{self.topic}/{self.partition}",
                expected=str(self.expected),
                remedy="the worker stops, and reads on from the stored position when it is started again",
                topic=self.topic,
                partition=self.partition,
                found=before,
            )


@dataclass
class Claims:
    """All that this process holds. `claim` runs in a thread of its own, everything else in the event loop."""

    role: str
    store: WorkerStore
    log: LogView
    held: dict[TopicPartition, Held] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def claim(self, wanted: Iterable[TopicPartition], still_ours: Callable[[], bool] = lambda: True) -> list[Held]:
        """Claim partitions in the store; nothing when they are no longer ours by the time that it is our turn.

        Raises Refused (topic recreated, log truncated, position outside of the log) and Unavailable.
        """
        by_topic: dict[str, list[int]] = {}
        for topic, partition in sorted(wanted):
            by_topic.setdefault(topic, []).append(partition)
        with self._one_at_a_time:
            if not still_ours():
                return []
            return [held for topic, numbers in by_topic.items() for held in self._claim_topic(topic, numbers)]

    def _claim_topic(self, topic: str, partitions: list[int]) -> list[Held]:
        edges: Mapping[int, LogEdge] = self.log.edges(topic, partitions)
        count, topic_id = self.log.partitions(topic), self.log.topic_id(topic)

        def hash_at(partition: int, offset: int) -> bytes | None:
            return self.log.record_hash(topic, partition, offset)

        claims = self.store.claim(self.role, topic, edges, topic_id, hash_at)
        return [Held(topic, number, count, claim.epoch, claim.next) for number, claim in claims.items()]

    def hold(self, claimed: Iterable[Held]) -> None:
        """From now on these are the claims that batches must carry."""
        for held in claimed:
            self.held[held.topic, held.partition] = held

    def release(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions were taken away; what was fetched from them is stale."""
        for topic, partition in partitions:
            self.held.pop((topic, partition), None)

    def is_current(self, held: Held) -> bool:
        """Whether a batch fetched under this claim may still be applied."""
        return not held.fenced and self.held.get((held.topic, held.partition)) is held
