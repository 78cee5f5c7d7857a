"""What one role does with one stretch of one partition: its facts, decoded, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

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


FACTS: Final = pl.Schema(
    {"key": pl.String, "schema_id": pl.Int32, "offset": pl.Int64, "appended_at": pl.Int64, "body": pl.Binary}
)
"""Columns of facts in a frame: as `Fact`, without the event id, which the body states."""


def facts_frame(facts: Iterable[Fact] = ()) -> pl.DataFrame:
    """Facts as a frame."""
    told = [(fact.key, fact.schema_id, fact.offset, fact.appended_at, fact.body) for fact in facts]
    return pl.DataFrame(told, schema=FACTS, orient="row")


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

    `facts`: columns `FACTS`, in the order of their offsets; `frames`: schema id → the same events decoded (`schemas.codec`),
    with the column `_offset`; `headers`: those of the record at an offset; `dead`: what could not be read; `void`: how many of
    the offsets hold no record; `last_hash`: SHA-256 that names the record at `after − 1`, None when that offset is void.
    Every offset is one of these: ValueError otherwise.
    """

    role: str
    topic: str
    partition: int
    before: int
    after: int
    facts: pl.DataFrame = field(default_factory=facts_frame)
    frames: Mapping[int, pl.DataFrame] = field(default_factory=dict)
    dead: Sequence[DeadLetter] = ()
    void: int = 0
    last_hash: bytes | None = None
    headers: Callable[[int], Headers] = lambda _offset: ()

    def __post_init__(self) -> None:
        told = self.facts.height + len(self.dead) + self.void
        decoded = sum(frame.height for frame in self.frames.values())
        if told != self.after - self.before or decoded != self.facts.height:
            raise ValueError(
                f"{self.where}: {self.after - self.before} offsets, but {self.facts.height} facts ({decoded} decoded), "
                f"{len(self.dead)} dead letters and {self.void} void offsets"
            )

    @property
    def where(self) -> str:
        """The stretch as a person reads it."""
        return f"{self.topic}/{self.partition} [{self.before}, {self.after})"

    def part(self, before: int, after: int) -> Batch:
        """The same batch cut to the offsets from `before` to `after`."""
        facts = self.facts.filter(pl.col("offset").is_between(before, after, closed="left"))
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
            void=after - before - facts.height - len(dead),
            last_hash=self.last_hash if after == self.after else None,
        )

    def halves(self) -> tuple[Batch, Batch]:
        """Two batches with half of the facts each; there must be two or more."""
        middle = self.facts["offset"][self.facts.height // 2]
        return self.part(self.before, middle), self.part(middle, self.after)

    def without_fact(self, code: str, reason: str) -> Batch:
        """The same batch with its only fact as a dead letter."""
        key, schema_id, offset, appended_at, body = self.facts.row(0)
        record = (offset, appended_at, key.encode(), self.headers(offset), frame(schema_id, body))
        letter = DeadLetter(self.topic, self.partition, *record, code, reason)
        dead = sorted([*self.dead, letter], key=lambda letter: letter.offset)
        return replace(self, facts=facts_frame(), frames={}, dead=dead)
