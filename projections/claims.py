"""How a worker takes over partitions: check, lock, bump the epoch; whoever holds on to a position is ended.

The log is looked at before anything is locked, since that takes time; whoever moves a position meanwhile makes us look again.
A former owner gets a moment to finish its transaction, which then counts. One that is frozen keeps its rows locked, and no
time-out frees them: its backend is terminated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from projections import positions
from projections.positions import Position, check
from projections.store import Claim, HashAt, LogEdge
from projections.tables import Locked

_PATIENCE = 10
"""How often a claim is tried."""


class Sql(Protocol):
    """What a claim needs of a database session."""

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]: ...

    def transaction(self) -> AbstractContextManager[Any]: ...


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims of one role on one topic. `grace_ms`: how long to wait for a lock; `ours`: backends never to be ended."""

    sql: Sql
    role: str
    topic: str
    topic_id: str
    hash_at: HashAt
    grace_ms: int
    ours: Sequence[int]

    def take(self, partitions: Mapping[int, LogEdge]) -> dict[int, Claim]:
        """Claim partitions, all or none. Refused as in `positions.check`; Locked when somebody holds on to one."""
        place = (self.role, self.topic, sorted(partitions))
        for _ in range(_PATIENCE):
            known = self._checked(partitions)
            try:
                claimed = self._locked(place, known)
            except Locked:
                self.sql.execute(positions.HOLDERS, (self.ours, *place))
            else:
                if claimed:
                    return claimed
        raise Locked(f"the positions of {self.role} {self.topic} stay locked", remedy="see pg_locks for who holds them")

    def _checked(self, partitions: Mapping[int, LogEdge]) -> dict[int, Position]:
        """Where the positions stand; new ones (epoch 0) at the beginning of the log."""
        found = positions.states(self.sql.execute(positions.READ, (self.role, self.topic, sorted(partitions))))
        for partition, position in found.items():
            where = f"{self.role} {self.topic}/{partition}"
            check(where, position, partitions[partition], self.topic_id, partition, self.hash_at)
        return {
            number: found.get(number) or Position(edge.begin, 0, self.topic_id) for number, edge in partitions.items()
        }

    def _locked(self, place: tuple[str, str, list[int]], known: Mapping[int, Position]) -> dict[int, Claim]:
        """Bump the epochs of positions that still stand where they were checked; nothing if one does not."""
        with self.sql.transaction():
            self.sql.execute(f"SET LOCAL lock_timeout = {self.grace_ms}")
            for partition, position in sorted(known.items()):
                if not position.epoch:
                    begin = position.next
                    self.sql.execute(positions.INSERT, (self.role, self.topic, partition, self.topic_id, begin, begin))
            locked = positions.states(self.sql.execute(positions.LOCK, place))
            if any(locked[partition].next != position.next for partition, position in known.items()):
                return {}
            rows = self.sql.execute(positions.CLAIM, place)
        return {partition: Claim(following, epoch) for partition, following, epoch in rows}
