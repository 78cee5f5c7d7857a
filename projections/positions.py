"""Positions: where a role stands in a partition, whose it is, and what became of every offset (design §6).

Position → `next`, `epoch`, the topic's id, the last record seen (its offset and hash). Moving it is a compare-and-set on
epoch and `next`, and always the first statement of a transaction: its row lock serialises whoever still believes to be the owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projections.store import Fenced
from schemas.errors import Refused

if TYPE_CHECKING:
    from projections.store import HashAt, LogEdge

_ONE = "role = %s AND topic = %s AND partition = %s"
_SOME = "role = %s AND topic = %s AND partition = ANY(%s)"
_STATE = "partition, next, epoch, topic_id, record_offset, record_hash"

READ = f"SELECT {_STATE} FROM positions WHERE {_SOME} ORDER BY partition"
"""Parameters: role, topic, partitions."""

LOCK = f"{READ} FOR UPDATE"

INSERT = (
    "INSERT INTO positions (role, topic, partition, topic_id, epoch, first, next)"
    " VALUES (%s, %s, %s, %s, 0, %s, %s) ON CONFLICT DO NOTHING"
)

CLAIM = (
    f"UPDATE positions SET epoch = epoch + 1, owner = pg_backend_pid() WHERE {_SOME} RETURNING partition, next, epoch"
)
"""Parameters: role, topic, partitions."""

HOLDERS = (
    "SELECT pg_terminate_backend(l.pid, 5000) FROM positions p JOIN pg_locks l ON l.transactionid = p.xmax"
    " WHERE l.locktype = 'transactionid' AND l.granted AND l.pid <> ALL(%s)"
    " AND p.role = %s AND p.topic = %s AND p.partition = ANY(%s)"
)
"""End the backends whose transactions hold positions: a frozen owner keeps its rows locked, and no time-out frees them.

Parameters: our own backends, role, topic, partitions. `xmax` of a row names the transaction that locked it.
"""

MOVE = (
    "UPDATE positions SET next = %s, record_offset = coalesce(%s, record_offset), record_hash = coalesce(%s, record_hash),"
    " applied = applied + %s, dead_lettered = dead_lettered + %s, void = void + %s"
    f" WHERE {_ONE} AND epoch = %s AND next = %s RETURNING next"
)
"""The compare-and-set. Parameters: after, record's offset and hash, facts, dead letters, void, the place, epoch, before."""

REPEATED = f"UPDATE positions SET applied = applied - %s, repeated = repeated + %s WHERE {_ONE}"
"""Some of the facts counted as applied were repeats."""

OWN = f"SELECT epoch, next FROM positions WHERE {_ONE}"
"""Parameters: the place. With ` FOR UPDATE`, nobody moves it meanwhile."""

BALANCES = (
    "SELECT topic, partition, first, next, applied, repeated, dead_lettered, void, excluded FROM positions"
    " WHERE role = %s ORDER BY topic, partition"
)


Place = tuple[str, str, int]
"""Role, topic, partition."""


@dataclass(frozen=True, slots=True)
class Position:
    """One position as it is kept. `record_offset`, `record_hash`: the last record passed, None before the first."""

    next: int
    epoch: int
    topic_id: str
    record_offset: int | None = None
    record_hash: bytes | None = None


def check(where: str, position: Position, edge: LogEdge, topic_id: str, partition: int, hash_at: HashAt) -> None:
    """Refuse by name a log that is not the one that was applied so far. `where`: role, topic and partition."""
    if position.topic_id != topic_id:
        raise _refused(
            "topic_recreated",
            where,
            f"the topic was deleted and created again (id {topic_id}, applied so far: {position.topic_id})",
            "the topic whose events are in the database",
        )
    if not edge.begin <= position.next <= edge.end:
        raise _refused(
            "position_outside",
            where,
            f"next offset {position.next} lies outside the log [{edge.begin}, {edge.end}]",
            "a log that holds everything applied so far",
        )
    if position.record_offset is None or position.record_offset < edge.begin:
        return
    if hash_at(partition, position.record_offset) != position.record_hash:
        raise _refused(
            "log_truncated",
            where,
            f"record {position.record_offset} is not the one that was applied: the log was cut and written again",
            "the record that was applied last",
        )


def states(rows: Sequence[tuple[Any, ...]]) -> dict[int, Position]:
    """Partition → position, from what `READ` yields."""
    return {partition: Position(*state) for partition, *state in rows}


def owned(place: Place, epoch: int, rows: Sequence[tuple[Any, ...]]) -> int:
    """Where the position stands, from what `OWN` yields; Fenced when it is no longer ours."""
    if not rows or rows[0][0] != epoch:
        raise fenced(f"{place[0]} {place[1]}/{place[2]}", "another worker owns the partition")
    return int(rows[0][1])


def fenced(where: str, what: str) -> Fenced:
    """The batch is not ours to apply."""
    return Fenced(what, where=where, remedy="drop the batch; the owner of the partition goes on")


def _refused(name: str, where: str, what: str, expected: str) -> Refused:
    return Refused(
        what,
        code=f"refused.{name}",
        where=where,
        expected=expected,
        remedy="restore the log, or derive into a fresh schema with `linli replay --schema NAME` and compare",
    )
