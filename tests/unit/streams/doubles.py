"""Doubles of the store and of the log for a worker's tests: they record what they were asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from projections.batch import Batch
from projections.store import Applied, Claim, HashAt, LogEdge
from schemas.errors import Unavailable
from streams.hook import Stretch

Place = tuple[str, int]


@dataclass
class FakeLog:
    """`LogView` over given ends."""

    ends: dict[Place, int]
    incarnation: str = ""
    hashes: dict[tuple[str, int, int], bytes] = field(default_factory=dict)
    away: bool = False

    def topic_id(self, topic: str) -> str:
        return self.incarnation or f"id of {topic}"

    def partitions(self, topic: str) -> int:
        return sum(name == topic for name, _ in self.ends)

    def edges(self, topic: str, partitions: Iterable[int]) -> dict[int, LogEdge]:
        if self.away:
            raise Unavailable("no answer", code="part.kafka")
        return {number: LogEdge(0, self.ends[topic, number]) for number in partitions}

    def record_hash(self, topic: str, partition: int, offset: int) -> bytes | None:
        return self.hashes.get((topic, partition, offset))


@dataclass
class RecordingStore:
    """The part of `Store` that a worker uses. `troubles` are raised by the next calls, one each."""

    stored: dict[Place, int] = field(default_factory=dict)
    claimed: list[tuple[str, dict[int, LogEdge], str]] = field(default_factory=list)
    applied: list[tuple[Batch, int]] = field(default_factory=list)
    passed: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    on_apply: Callable[[Batch], None] = lambda batch: None
    epochs: int = 0

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        self.claimed.append((topic, dict(partitions), topic_id))
        self.epochs += 1
        return {
            number: Claim(self.stored.get((topic, number), edge.begin), self.epochs)
            for number, edge in partitions.items()
        }

    def apply(self, batch: Batch, epoch: int) -> Applied:
        self.on_apply(batch)
        if self.troubles:
            raise self.troubles.pop(0)
        self.applied.append((batch, epoch))
        self.stored[batch.topic, batch.partition] = batch.after
        return Applied(batch.facts.height, 0, len(batch.dead), batch.void)

    def pass_over(self, role: str, topic: str, partition: int, before: int, after: int, epoch: int) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.passed.append((topic, partition, before, after, epoch))
        self.stored[topic, partition] = after

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """What was applied, as (before, after)."""
        return [(batch.before, batch.after) for batch, _ in self.applied]


async def one_by_one(stretches: Iterable[Stretch]) -> AsyncIterator[Stretch]:
    for stretch in stretches:
        yield stretch
