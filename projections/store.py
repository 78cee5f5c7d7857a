"""Ports of the place where facts, rows, cells and positions are kept: what the step needs, what a worker needs.

`PostgresStore` is the real one, `MemoryStore` its double; `tests/contracts/store.py` holds what both must do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from schemas.errors import LinliError

if TYPE_CHECKING:
    import polars as pl

    from projections.batch import Batch, Fact
    from projections.heads import Blobs
    from projections.model import Table
    from schemas.catalogue import Family

HashAt = Callable[[int, int], bytes | None]
"""(partition, offset) → hash of the record there, None when there is none."""


class Fenced(LinliError):
    """Another worker owns the partition, or the batch does not follow what was applied: roll back and drop."""

    code = "fenced"


@dataclass(frozen=True, slots=True)
class LogEdge:
    """Where a partition begins and ends now: the first offset kept, and the one after the last."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition is ours: read on at `next`, and name `epoch` with every batch."""

    next: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the offsets passed. Their sum is the number of offsets."""

    applied: int = 0
    repeated: int = 0
    dead: int = 0
    void: int = 0

    def __add__(self, other: Applied) -> Applied:
        return Applied(
            self.applied + other.applied, self.repeated + other.repeated, self.dead + other.dead, self.void + other.void
        )


@dataclass(frozen=True, slots=True)
class Balance:
    """offsets passed = applied + repeated + dead-lettered + void + excluded by a named decision; one per position."""

    first: int
    next: int
    applied: int
    repeated: int
    dead_lettered: int
    void: int
    excluded: int

    @property
    def closes(self) -> bool:
        """Whether nothing was skipped silently."""
        told = self.applied + self.repeated + self.dead_lettered + self.void + self.excluded
        return self.next - self.first == told


class Tables(Protocol):
    """What the step reads and writes, inside one transaction."""

    def append(self, family: Family, new: Blobs) -> Blobs:
        """Append facts (in key order) to what the entities have; their complete facts, in any order."""
        ...

    def facts(self, family: Family, keys: Sequence[str]) -> Blobs:
        """The complete facts of those of the keys that have any."""
        ...

    def replace(self, family: Family, blobs: Blobs) -> None:
        """Put other facts in the place of what the entities have."""
        ...

    def rows(self, table: Table, entities: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of the rows of these entities, in any order."""
        ...

    def write(self, table: Table, rows: pl.DataFrame) -> None:
        """Insert the rows, or put them in the place of those with the same key."""
        ...

    def delete(self, table: Table, keys: pl.DataFrame) -> None:
        """Delete the rows with these keys."""
        ...

    def add(self, table: Table, cells: pl.DataFrame) -> None:
        """Add to the measures of cells, in key order; a cell whose measures are all zero ceases to exist."""
        ...


class Store(Protocol):
    """Facts, rows, roll-ups and positions of one schema. Calls for different partitions may run side by side."""

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        """Make partitions ours: every former owner is fenced from now on. A new position starts at the log's beginning.

        Refused `refused.topic_recreated`, `refused.log_truncated`, `refused.position_outside`: nothing was claimed.
        """
        ...

    def apply(self, batch: Batch, epoch: int) -> Applied:
        """Move the position and touch the batch's entities, at once or not at all.

        Fenced: drop the batch. Unavailable: apply the same batch again later, whatever became of this attempt.
        """
        ...

    def pass_over(self, role: str, topic: str, partition: int, before: int, after: int, epoch: int) -> None:
        """Move only the position, over offsets that hold no record (the idle tail). Fenced as in `apply`."""
        ...

    def rederive(self, role: str, topic: str, partition: int, epoch: int, keys: Sequence[str]) -> None:
        """Touch entities of the partition without new facts (a rule has changed). Fenced as in `apply`."""
        ...

    def positions(self, role: str) -> dict[tuple[str, int], int]:
        """(topic, partition) → next offset to be applied."""
        ...

    def balances(self, role: str) -> dict[tuple[str, int], Balance]:
        """(topic, partition) → what became of every offset."""
        ...

    def read_facts(self, family: Family, keys: Sequence[str] | None = None) -> Iterator[tuple[str, list[Fact]]]:
        """Entities and their facts in the order of their offsets, by key; None: all entities."""
        ...

    def table(self, table: Table) -> pl.DataFrame:
        """All rows or cells, in key order."""
        ...

    def digests(self) -> dict[str, str]:
        """Projection or roll-up → digest (see `projections.digest`), all of one instant."""
        ...
