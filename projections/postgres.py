"""`Store` in PostgreSQL (15 or newer), and the only module of this package that knows psycopg.

A position's compare-and-set is the first statement of every transaction: its row lock serialises whoever still believes to own
the partition. What goes wrong is one of three: Unavailable (apply the same batch again: what was committed is recognised by
the position), Fenced (another worker owns the partition), or data that PostgreSQL refuses, which is narrowed down to the
single record and becomes a dead letter.
"""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Format

from projections import dead_letters, digest, heads, migrate, positions, statements
from projections.arrays import Array
from projections.batch import Batch, Fact
from projections.claims import Claims
from projections.copying import from_csv
from projections.positions import fenced
from projections.store import Applied, Balance, Claim, HashAt, LogEdge
from projections.tables import BadData, Interrupted, Locked, SessionTables
from projections.touch import Derivation, NewFacts, touch
from schemas.catalogue import family_of
from schemas.errors import Unavailable

if TYPE_CHECKING:
    import polars as pl

    from projections.model import Table
    from schemas.catalogue import Family

_SETTINGS = {
    "timezone": "UTC",
    "client_encoding": "UTF8",
    "jit": "off",
    "work_mem": "64MB",
    "idle_in_transaction_session_timeout": "5s",
    "client_connection_check_interval": "1s",
}
_PAGE = 1000
"""Entities read at once."""


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        return obj.data


class Session:
    """One connection, made when first needed and again after it was lost, with `search_path` set to a schema."""

    def __init__(self, url: str, schema: str) -> None:
        self._url = url
        self._schema = schema
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._inside = False

    def execute(
        self, statement: str, parameters: Sequence[Any] | None = None, *, binary: bool = False
    ) -> list[tuple[Any, ...]]:
        """Run a statement (without parameters: several); the rows of the last one."""
        with self._told() as connection, connection.cursor(binary=binary) as cursor:
            cursor.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def copy_out(self, statement: str) -> Iterator[bytes]:
        """What COPY … TO STDOUT sends, in pieces of a row or more."""
        with self._told() as connection, connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            yield from map(bytes, copy)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._told() as connection, connection.transaction():
            self._inside = True
            try:
                yield
            finally:
                self._inside = False

    @property
    def pid(self) -> int | None:
        """The backend that serves this session, if it is connected."""
        return self._connection.info.backend_pid if self._connection and not self._connection.closed else None

    def close(self) -> None:
        """End the connection; the next statement makes a new one."""
        if self._connection is not None:
            self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """The connection; errors as this package tells them."""
        try:
            connection = self._connected()
        except psycopg.Error as error:
            raise _error(error) from error
        try:
            yield connection
        except psycopg.Error as error:
            raise _interrupted(error) if connection.closed else _error(error) from error

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._inside and self._connection is not None:
            return self._connection
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url, options=self._options(), autocommit=True, application_name="linli"
            )
            self._connection.adapters.register_dumper(Array, _ArrayDumper)
        return self._connection

    def _options(self) -> str:
        """Our session settings; those that the URL states come last and win."""
        settings = {**_SETTINGS, "search_path": migrate.quoted(self._schema)}
        ours = " ".join(f"-c {name}={_option(value)}" for name, value in settings.items())
        return f"{ours} {conninfo_to_dict(self._url).get('options') or ''}"


def _option(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _interrupted(error: psycopg.Error) -> Interrupted:
    what = f"the connection to PostgreSQL was lost ({str(error).strip()})"
    return Interrupted(what, remedy="see `linli status`; nothing is lost meanwhile", sqlstate=error.sqlstate)


def _error(error: psycopg.Error) -> Exception:
    """An error of psycopg as one of ours; a mistake in a statement stays what it is."""
    state = error.sqlstate or ""
    what = str(error).strip() or type(error).__name__
    if isinstance(error, psycopg.DataError | psycopg.IntegrityError):
        return BadData(what)
    if state == "55P03":
        return Locked(f"a row stays locked ({what})", remedy="see pg_locks for who holds it")
    if isinstance(error, psycopg.ProgrammingError) and state[:2] in ("42", "0A", "26", ""):
        return error
    return Unavailable(
        f"PostgreSQL does not do its part ({what})",
        code="part.postgres",
        remedy="see `linli status`; nothing is lost meanwhile",
        sqlstate=state or None,
    )


class PostgresStore:
    """`Store` in a schema of a PostgreSQL database. Safe to use from several threads, for different partitions.

    `sessions`: how many connections work side by side at most, beside the one that claims. `grace_ms`: how long a claim
    waits for the former owner to finish its transaction before its backend is terminated.
    """

    def __init__(
        self, url: str, derivation: Derivation, schema: str = migrate.LIVE, *, sessions: int = 2, grace_ms: int = 1000
    ) -> None:
        self._derivation = derivation
        self._schema = schema
        self._grace_ms = grace_ms
        self._sessions = [Session(url, schema) for _ in range(sessions)]
        self._claiming, self._one_claim = Session(url, schema), Lock()
        self._free: queue.LifoQueue[Session] = queue.LifoQueue()
        for session in self._sessions:
            self._free.put(session)

    def close(self) -> None:
        """End all connections."""
        for session in (*self._sessions, self._claiming):
            session.close()

    def migrate(self) -> list[str]:
        """Bring the schema's tables and views up to date; the names of the migrations applied."""
        with self._session() as session:
            return migrate.migrate(session, self._schema, self._derivation.tables.values())

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        """As `Store` says; on a connection of its own, since the others may wait for the very owner that this ends."""
        ours = [session.pid for session in self._sessions if session.pid]
        with self._one_claim:
            return Claims(self._claiming, role, topic, topic_id, hash_at, self._grace_ms, ours).take(partitions)

    def apply(self, batch: Batch, epoch: int) -> Applied:
        with self._session() as session:
            return self._apply(session, batch, epoch)

    def _apply(self, session: Session, batch: Batch, epoch: int) -> Applied:
        """Apply as a whole if that goes, else by halves, down to the record at fault."""
        try:
            return self._at_once(session, batch, epoch)
        except Interrupted:
            if batch.facts.height < _DIVISIBLE:
                raise
            return self._by_halves(session, _rest(session, batch, epoch), epoch)
        except BadData:
            if batch.facts.height >= _DIVISIBLE:
                return self._by_halves(session, batch, epoch)
            if not batch.facts.height:
                raise
        return self._once_more(session, batch, epoch)

    def _by_halves(self, session: Session, batch: Batch | None, epoch: int) -> Applied:
        if batch is None:
            return Applied()
        parts = batch.halves() if batch.facts.height >= _DIVISIBLE else (batch,)
        return sum((self._apply(session, part, epoch) for part in parts), Applied())

    def _once_more(self, session: Session, batch: Batch, epoch: int) -> Applied:
        """The only fact of a batch was refused: refused again, it becomes a dead letter."""
        try:
            return self._at_once(session, batch, epoch)
        except BadData as error:
            return self._at_once(session, batch.without_fact("record.data", str(error)), epoch)

    def _at_once(self, session: Session, batch: Batch, epoch: int) -> Applied:
        place = (batch.role, batch.topic, batch.partition)
        record = batch.after - 1 if batch.last_hash is not None else None
        counts = (batch.facts.height, len(batch.dead), batch.void)
        with session.transaction():
            move = (batch.after, record, batch.last_hash, *counts, *place, epoch, batch.before)
            if session.execute(positions.MOVE, move):
                repeated = self._touch(session, batch)
                for letter in batch.dead:
                    session.execute(dead_letters.INSERT, dead_letters.parameters(batch.role, letter))
                if repeated:
                    session.execute(positions.REPEATED, (repeated, repeated, *place))
                return Applied(batch.facts.height - repeated, repeated, len(batch.dead), batch.void)
            rest = _rest(session, batch, epoch)
        return self._apply(session, rest, epoch) if rest else Applied()

    def _touch(self, session: Session, batch: Batch) -> int:
        if not batch.facts.height:
            return 0
        new = NewFacts(batch.facts, batch.frames, batch.before)
        return touch(SessionTables(session), self._derivation, family_of(batch.topic), new)

    def pass_over(self, role: str, topic: str, partition: int, before: int, after: int, epoch: int) -> None:
        self.apply(Batch(role, topic, partition, before, after, void=after - before), epoch)

    def rederive(self, role: str, topic: str, partition: int, epoch: int, keys: Sequence[str]) -> None:
        place = (role, topic, partition)
        with self._session() as session, session.transaction():
            positions.owned(place, epoch, session.execute(f"{positions.OWN} FOR UPDATE", place))
            touch(SessionTables(session), self._derivation, family_of(topic), keys=keys)

    def positions(self, role: str) -> dict[tuple[str, int], int]:
        return {partition: balance.next for partition, balance in self.balances(role).items()}

    def balances(self, role: str) -> dict[tuple[str, int], Balance]:
        with self._session() as session:
            rows = session.execute(positions.BALANCES, (role,))
        return {(topic, partition): Balance(*counts) for topic, partition, *counts in rows}

    def read_facts(self, family: Family, keys: Sequence[str] | None = None) -> Iterator[tuple[str, list[Fact]]]:
        for rows in self._pages(family) if keys is None else self._chosen(family, list(dict.fromkeys(keys))):
            for key, head, body in rows:
                yield key, heads.unpack(key, head, body)

    def _pages(self, family: Family) -> Iterator[list[tuple[Any, ...]]]:
        """All facts, page by page: a slow reader keeps no transaction open."""
        last = ""
        while rows := self._read(statements.page_of_facts(family, _PAGE), (last,)):
            yield rows
            last = rows[-1][0]

    def _chosen(self, family: Family, keys: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        for start in range(0, len(keys), _PAGE):
            yield self._read(statements.some_facts(family), (keys[start : start + _PAGE],))

    def _read(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._session() as session:
            return session.execute(statement, parameters, binary=True)

    def table(self, table: Table) -> pl.DataFrame:
        with self._session() as session:
            data = b"".join(session.copy_out(statements.read_table(table)))
        return from_csv(table, table.names, data)

    def digests(self) -> dict[str, str]:
        found = {}
        with self._session() as session, session.transaction():
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for name, table in self._derivation.tables.items():
                hashed = hashlib.sha256()
                for data in session.copy_out(digest.statement(table)):
                    hashed.update(data)
                found[name] = hashed.hexdigest()
        return found

    @contextmanager
    def _session(self) -> Iterator[Session]:
        session = self._free.get()
        try:
            yield session
        finally:
            self._free.put(session)


_DIVISIBLE = 2
"""Facts that a batch must have to be halved."""


def _rest(session: Session, batch: Batch, epoch: int) -> Batch | None:
    """What of a batch is still to be applied: an earlier attempt may have been committed without our hearing of it."""
    place = (batch.role, batch.topic, batch.partition)
    following = positions.owned(place, epoch, session.execute(positions.OWN, place))
    if not batch.before <= following <= batch.after:
        raise fenced(batch.where, f"offset {following} is next")
    return batch.part(following, batch.after) if following < batch.after else None
