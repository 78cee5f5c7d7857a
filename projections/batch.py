"""What one role does with one stretch of one partition: its facts, decoded, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import polars as pl

from schemas.codec import frame

Headers = Sequence[tuple[str, bytes | None]]
"""Headers of a record, in order; Kafka allows repeated names and null values."""

OFFSET = "_offset"
"""Column (Int64) of decoded frames: the record's offset in its partition."""


class Fact(NamedTuple):
    """One event as PostgreSQL keeps it: the exact bytes and where they stood. `appended_at`: ms UTC, by the broker."""

    key: str
    event_id: str
    schema_id: int
    offset: int
    appended_at: int
    body: bytes
    headers: Headers = ()


class DeadLetter(NamedTuple):
    """A record that cannot be applied, whole, with the stable code of the reason. `appended_at`: ms UTC."""

    topic: str
    partition: int
    offset: int
    appended_at: int
    key: bytes | None
    headers: Headers
    value: bytes | None
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The offsets `before` (inclusive) to `after` (exclusive) of a partition.

    `facts` in the order of their offsets; `frames`: schema id → the same events decoded (`schemas.codec`), with the column
    `_offset`; `dead`: what could not be read; `void`: how many of the offsets hold no record; `last_hash`: SHA-256 that
    names the record at `after − 1`, None when that offset is void. Every offset is one of these: ValueError otherwise.
    """

    role: str
    topic: str
    partition: int
    before: int
    after: int
    facts: Sequence[Fact] = ()
    frames: Mapping[int, pl.DataFrame] = field(default_factory=dict)
    dead: Sequence[DeadLetter] = ()
    void: int = 0
    last_hash: bytes | None = None

    def __post_init__(self) -> None:
        told = len(self.facts) + len(self.dead) + self.void
        decoded = sum(frame.height for frame in self.frames.values())
        if told != self.after - self.before or decoded != len(self.facts):
            raise ValueError(
                f"{self.where}: {self.after - self.before} offsets, but {len(self.facts)} facts ({decoded} decoded), "
                f"{len(self.dead)} dead letters and {self.void} void offsets"
            )

    @property
    def where(self) -> str:
        """The stretch as a person reads it."""
        return f"{self.topic}/{self.partition} [{self.before}, {self.after})"

    def part(self, before: int, after: int) -> Batch:
        """The same batch cut to the offsets from `before` to `after`."""
        facts = [fact for fact in self.facts if before <= fact.offset < after]
        dead = [letter for letter in self.dead if before <= letter.offset < after]
        inside = pl.col(OFFSET).is_between(before, after, closed="left")
        frames = {schema_id: decoded.filter(inside) for schema_id, decoded in self.frames.items()}
        return replace(
            self,
            before=before,
            after=after,
            facts=facts,
            frames={schema_id: decoded for schema_id, decoded in frames.items() if decoded.height},
            dead=dead,
            void=after - before - len(facts) - len(dead),
            last_hash=self.last_hash if after == self.after else None,
        )

    def halves(self) -> tuple[Batch, Batch]:
        """Two batches with half of the facts each; there must be two or more."""
        middle = self.facts[len(self.facts) // 2].offset
        return self.part(self.before, middle), self.part(middle, self.after)

    def without_fact(self, code: str, reason: str) -> Batch:
        """The same batch with its only fact as a dead letter."""
        (fact,) = self.facts
        value = frame(fact.schema_id, fact.body)
        letter = DeadLetter(
            self.topic,
            self.partition,
            fact.offset,
            fact.appended_at,
            fact.key.encode(),
            fact.headers,
            value,
            code,
            reason,
        )
        dead = sorted([*self.dead, letter], key=lambda letter: letter.offset)
        return replace(self, facts=(), frames={}, dead=dead)
