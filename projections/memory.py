"""`Store` in memory: for tests and for questions about a prefix of the log. Nothing survives the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from projections import heads
from projections.batch import Batch, DeadLetter, Fact
from projections.cells import measures
from projections.digest import digest
from projections.heads import Blobs
from projections.positions import Place, Position, check, fenced
from projections.store import Applied, Balance, Claim, HashAt, LogEdge
from projections.touch import Derivation, NewFacts, touch
from schemas.catalogue import family_of

if TYPE_CHECKING:
    from projections.model import Table
    from schemas.catalogue import Family


@dataclass
class MemoryTables:
    """`Tables` in memory. Frames are immutable, so that a shallow copy is a transaction."""

    facts_of: dict[str, dict[str, tuple[bytes, bytes]]] = field(default_factory=dict)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    def copy(self) -> MemoryTables:
        return MemoryTables({name: dict(facts) for name, facts in self.facts_of.items()}, dict(self.frames))

    def append(self, family: Family, new: Blobs) -> Blobs:
        complete = heads.joined(self.facts(family, new.keys), new)
        self.replace(family, complete)
        return complete

    def facts(self, family: Family, keys: Sequence[str]) -> Blobs:
        kept = self.facts_of.get(family.name, {})
        return heads.blobs((key, *kept[key]) for key in keys if key in kept)

    def replace(self, family: Family, blobs: Blobs) -> None:
        kept = self.facts_of.setdefault(family.name, {})
        kept.update({key: (head, body) for key, head, body in heads.entries(blobs)})

    def rows(self, table: Table, entities: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        wanted = pl.Series(entities, dtype=pl.String)
        return self.frame(table).filter(pl.col(table.key[0]).is_in(wanted.implode())).select(columns)

    def write(self, table: Table, rows: pl.DataFrame) -> None:
        kept = self.frame(table).join(rows.select(table.key), on=table.key, how="anti")
        self.frames[table.name] = pl.concat([kept, rows.select(table.names)])

    def delete(self, table: Table, keys: pl.DataFrame) -> None:
        self.frames[table.name] = self.frame(table).join(keys, on=table.key, how="anti")

    def add(self, table: Table, cells: pl.DataFrame) -> None:
        both = pl.concat([self.frame(table), cells.select(table.names)])
        sums = both.group_by(table.key).agg(pl.col(name).sum() for name in measures(table))
        left = sums.filter(pl.any_horizontal(pl.col(name) != 0 for name in measures(table)))
        self.frames[table.name] = left.select(table.names)

    def frame(self, table: Table) -> pl.DataFrame:
        """All rows of a table, in any order."""
        return self.frames[table.name] if table.name in self.frames else pl.DataFrame(schema=table.schema)


class MemoryStore:
    """`Store` in memory."""

    def __init__(self, derivation: Derivation) -> None:
        self._derivation = derivation
        self._tables = MemoryTables()
        self._positions: dict[Place, Position] = {}
        self._balances: dict[Place, Balance] = {}
        self.dead_letters: list[tuple[str, DeadLetter]] = []

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        claimed: dict[Place, Position] = {}
        for partition, edge in sorted(partitions.items()):
            place = (role, topic, partition)
            position = self._positions.get(place) or Position(edge.begin, 0, topic_id)
            check(f"{role} {topic}/{partition}", position, edge, topic_id, partition, hash_at)
            claimed[place] = replace(position, epoch=position.epoch + 1)
        for place, position in claimed.items():
            self._positions[place] = position
            self._balances.setdefault(place, Balance(position.next, position.next, 0, 0, 0, 0, 0))
        return {partition: Claim(position.next, position.epoch) for (*_, partition), position in claimed.items()}

    def apply(self, batch: Batch, epoch: int) -> Applied:
        place = (batch.role, batch.topic, batch.partition)
        position = self._owned(place, epoch)
        if position.next == batch.after:
            return Applied()
        if position.next != batch.before:
            raise fenced(batch.where, f"{position.next} is next")
        tables, new = self._tables.copy(), NewFacts(batch.facts, batch.frames, batch.before)
        repeated = touch(tables, self._derivation, family_of(batch.topic), new) if batch.facts.height else 0
        done = Applied(batch.facts.height - repeated, repeated, len(batch.dead), batch.void)
        self._tables = tables
        self._positions[place] = _moved(position, batch)
        self._balances[place] = _counted(self._balances[place], batch.after, done)
        self.dead_letters += [(batch.role, letter) for letter in batch.dead]
        return done

    def pass_over(self, role: str, topic: str, partition: int, before: int, after: int, epoch: int) -> None:
        self.apply(Batch(role, topic, partition, before, after, void=after - before), epoch)

    def rederive(self, role: str, topic: str, partition: int, epoch: int, keys: Sequence[str]) -> None:
        self._owned((role, topic, partition), epoch)
        tables = self._tables.copy()
        touch(tables, self._derivation, family_of(topic), keys=keys)
        self._tables = tables

    def positions(self, role: str) -> dict[tuple[str, int], int]:
        return {place[1:]: position.next for place, position in self._positions.items() if place[0] == role}

    def balances(self, role: str) -> dict[tuple[str, int], Balance]:
        return {place[1:]: balance for place, balance in self._balances.items() if place[0] == role}

    def read_facts(self, family: Family, keys: Sequence[str] | None = None) -> Iterator[tuple[str, list[Fact]]]:
        wanted = sorted(self._tables.facts_of.get(family.name, {}) if keys is None else set(keys))
        for key, head, body in heads.entries(self._tables.facts(family, wanted)):
            yield key, heads.unpack(key, head, body)

    def table(self, table: Table) -> pl.DataFrame:
        return self._tables.frame(table).sort(table.key)

    def digests(self) -> dict[str, str]:
        return {name: digest(table, self.table(table)) for name, table in self._derivation.tables.items()}

    def _owned(self, place: Place, epoch: int) -> Position:
        position = self._positions.get(place)
        if position is None or position.epoch != epoch:
            raise fenced(f"{place[0]} {place[1]}/{place[2]}", "another worker owns the partition")
        return position


def _moved(position: Position, batch: Batch) -> Position:
    if batch.last_hash is None:
        return replace(position, next=batch.after)
    return replace(position, next=batch.after, record_offset=batch.after - 1, record_hash=batch.last_hash)


def _counted(balance: Balance, after: int, done: Applied) -> Balance:
    return replace(
        balance,
        next=after,
        applied=balance.applied + done.applied,
        repeated=balance.repeated + done.repeated,
        dead_lettered=balance.dead_lettered + done.dead,
        void=balance.void + done.void,
    )
