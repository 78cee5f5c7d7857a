"""What only a real database can break: owners that freeze, sessions that die, data that it refuses, writers side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import polars as pl
import psycopg
import psycopg.conninfo
import pytest

from projections.batch import Batch, DeadLetter
from projections.migrate import LIVE
from projections.postgres import PostgresStore, Session
from projections.store import Applied, Fenced, LogEdge
from projections.tables import Interrupted
from projections.touch import Derivation
from schemas.catalogue import COMPLAINTS
from schemas.codec import unframe
from schemas.errors import Unavailable
from tests.contracts import toy
from tests.contracts.store import HASH, check_cells, claimed, expected, life
from tests.contracts.toy import CLOSED, FILED, TOPIC, Event, batch_of

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def failing(derivation: Derivation, trouble: Callable[[pl.DataFrame], None]) -> Derivation:
    """The same derivation, in which something happens while rows are derived."""
    first, *others = derivation.projections

    def rows(facts: pl.DataFrame) -> pl.DataFrame:
        trouble(facts)
        return first.rows(facts)

    return replace(derivation, projections=(replace(first, rows=rows), *others))


@contextmanager
def opened(url: str, derivation: Derivation, **more: Any) -> Iterator[PostgresStore]:
    store = PostgresStore(url, derivation, **more)
    try:
        yield store
    finally:
        store.close()


def test_the_other_stores_claim_fences_a_batch_that_is_being_applied(database: str, derivation: Derivation) -> None:
    """The former owner is in the middle of a batch, frozen: its backend is ended, and its batch leaves nothing."""
    frozen, go_on = threading.Event(), threading.Event()

    def freeze(_: pl.DataFrame) -> None:
        frozen.set()
        assert go_on.wait(30)

    with opened(database, failing(derivation, freeze)) as first, opened(database, derivation, grace_ms=50) as second:
        epoch = claimed(first)
        with ThreadPoolExecutor(1) as pool:
            applying = pool.submit(first.apply, batch_of(life(1)), epoch)
            assert frozen.wait(30)
            claims = second.claim("project", TOPIC, {0: LogEdge(0, 9)}, "T", lambda *_: None)
            go_on.set()
            with pytest.raises(Fenced):
                applying.result()
        assert (claims[0].next, claims[0].epoch) == (0, epoch + 1)
        assert second.apply(batch_of(life(2)), claims[0].epoch) == Applied(applied=3)
        with pytest.raises(Fenced):
            first.apply(batch_of(life(1)), epoch)
        assert second.table(toy.CASES)["case_id"].to_list() == ["toy:0002"]


def test_a_claim_waits_for_an_owner_that_is_about_to_finish(database: str, derivation: Derivation) -> None:
    """Within the grace the former owner commits, and the claim goes on where that batch ended."""
    at_work, go_on = threading.Event(), threading.Event()

    def wait(_: pl.DataFrame) -> None:
        at_work.set()
        assert go_on.wait(30)

    with opened(database, failing(derivation, wait)) as first, opened(database, derivation, grace_ms=20_000) as second:
        epoch = claimed(first)
        with ThreadPoolExecutor(2) as pool:
            applying = pool.submit(first.apply, batch_of(life(1)), epoch)
            assert at_work.wait(30)
            claiming = pool.submit(second.claim, "project", TOPIC, {0: LogEdge(0, 9)}, "T", lambda *_: None)
            wait_until_blocked(database)
            go_on.set()
            assert applying.result() == Applied(applied=3)
            assert claiming.result()[0].next == 3


def test_a_claim_waits_for_no_batch_of_another_partition(database: str, derivation: Derivation) -> None:
    """All connections may be busy, or wait for the very owner that the claim is to end."""
    at_work, go_on = threading.Event(), threading.Event()

    def wait(_: pl.DataFrame) -> None:
        at_work.set()
        assert go_on.wait(30)

    with opened(database, failing(derivation, wait), sessions=1) as store, ThreadPoolExecutor(1) as pool:
        applying = pool.submit(store.apply, batch_of(life(1)), claimed(store))
        assert at_work.wait(30)
        assert claimed(store, 1) == 1
        go_on.set()
        assert applying.result() == Applied(applied=3)


def test_a_position_that_moves_while_it_is_checked_is_checked_again(store: PostgresStore) -> None:
    epoch = claimed(store)
    store.apply(batch_of(life(1), last_hash=HASH), epoch)
    looked_at = []

    def hash_at(_: int, offset: int) -> bytes:
        looked_at.append(offset)
        if offset == 2:
            store.apply(batch_of(life(2), 3, last_hash=HASH), epoch)
        return HASH

    assert store.claim("project", TOPIC, {0: LogEdge(0, 9)}, "T", hash_at)[0].next == 6
    assert looked_at == [2, 5]


def wait_until_blocked(database: str) -> None:
    """Until a session of this database waits for a lock."""
    with psycopg.connect(database, autocommit=True) as connection:
        blocked = (
            b"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while not connection.execute(blocked).fetchall()[0][0]:
            pass


def test_a_killed_session_leaves_nothing_and_the_batch_is_applied_again(
    store: PostgresStore, database: str, derivation: Derivation, session: Session
) -> None:
    kills = iter([True])

    def kill(_: pl.DataFrame) -> None:
        if next(kills, False):
            others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            session.execute(f"{others} AND pid <> pg_backend_pid()")

    with opened(database, failing(derivation, kill)) as killed:
        epoch = claimed(killed)
        batch = batch_of(life(1))
        with pytest.raises(Unavailable):
            killed.apply(batch.part(0, 1), epoch)
        assert killed.positions("project") == {(TOPIC, 0): 0}
        assert killed.apply(batch, epoch) == Applied(applied=3)
        assert killed.digests() == expected(life(1))


def test_a_lost_commit_is_not_applied_twice(
    database: str, derivation: Derivation, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection dies after PostgreSQL has committed, before we hear of it."""
    with opened(database, derivation) as store:
        epoch = claimed(store)
        transaction, lost = Session.transaction, iter([True])

        @contextmanager
        def deaf(self: Session) -> Iterator[None]:
            with transaction(self):
                yield
            if next(lost, False):
                raise Interrupted("lost")

        monkeypatch.setattr(Session, "transaction", deaf)
        store.apply(batch_of(life(1)), epoch)
        assert store.apply(batch_of(life(2), 3), epoch) == Applied(applied=3)
        assert store.digests() == expected([*life(1), *life(2)])
        assert store.balances("project")[TOPIC, 0].closes


def test_a_commit_of_unknown_outcome_is_recognised(store: PostgresStore) -> None:
    """The batch was committed in part, or as a whole, and we did not hear of it: only the rest is applied."""
    epoch = claimed(store)
    batch = batch_of([*life(1), *life(2)])
    store.apply(batch.part(0, 4), epoch)
    assert store.apply(batch, epoch) == Applied(applied=2)
    assert store.apply(batch, epoch) == Applied()
    assert store.digests() == expected([*life(1), *life(2)])
    assert store.balances("project")[TOPIC, 0].applied == 6


def test_data_that_postgresql_refuses_become_a_dead_letter_alone(store: PostgresStore, session: Session) -> None:
    """A null character fits Avro, but no text of a database."""
    headers = [("ce_id", b"x"), ("empty", None)]
    bad = Event(FILED, "toy:0009", 99, values={"category": "a\0b"})
    events = [*life(1), bad, *life(2), Event(CLOSED, "toy:\0", 98)]
    batch = batch_of(events, headers=lambda _offset: headers)
    assert store.apply(batch, claimed(store)) == Applied(applied=6, dead=2)
    assert store.digests() == expected([*life(1), *life(2)])
    balance = store.balances("project")[TOPIC, 0]
    assert (balance.next, balance.dead_lettered, balance.closes) == (8, 2, True)
    letters = session.execute(
        'SELECT "offset", code, key, value, header_names, header_values FROM dead_letters ORDER BY 1'
    )
    assert [(offset, code) for offset, code, *_ in letters] == [(3, "record.data"), (7, "record.data")]
    _, _, key, value, names, values = letters[0]
    assert (bytes(key), unframe(bytes(value))[1], names, values) == (
        b"toy:0009",
        bad.body,
        ["ce_id", "empty"],
        [b"x", None],
    )


def test_dead_letters_are_kept_whole(store: PostgresStore, session: Session) -> None:
    headers = [("ce_id", b"x"), ("", None), ("ce_id", b"\0\xff")]
    letter = DeadLetter(TOPIC, 0, 0, 1_580_000_000_123, b"\xff", headers, None, "record.framing", "a\0b")
    store.apply(Batch("project", TOPIC, 0, 0, 1, dead=[letter]), claimed(store))
    kept = session.execute(
        "SELECT key, value, header_names, header_values, code, reason, appended_at FROM dead_letters"
    )
    *whole, appended_at = kept[0]
    assert whole == [
        b"\xff",
        None,
        ["ce_id", "", "ce_id"],
        [b"x", None, b"\0\xff"],
        "record.framing",
        "a\N{REPLACEMENT CHARACTER}b",
    ]
    assert appended_at.timestamp() == 1_580_000_000.123


def test_a_batch_that_meets_the_idle_timeout_is_halved(database: str, derivation: Derivation, session: Session) -> None:
    """Deriving takes too long while there are many facts at once."""
    sizes: list[int] = []

    def slow(facts: pl.DataFrame) -> None:
        sizes.append(facts.height)
        if facts.height > 5:
            session.execute("SELECT pg_sleep(0.9)")

    hasty = psycopg.conninfo.make_conninfo(database, options="-c idle_in_transaction_session_timeout=500ms")
    with opened(hasty, failing(derivation, slow)) as store:
        batch = batch_of([*life(1), *life(2), *life(3)])
        assert store.apply(batch, claimed(store)) == Applied(applied=9)
        assert store.digests() == expected([*life(1), *life(2), *life(3)])
        assert sizes[:2] == [9, 4]


def test_partitions_side_by_side_neither_block_nor_lose(database: str, derivation: Derivation) -> None:
    """Four partitions write the same cells from four threads, in small batches: no deadlock, and every cell is right."""
    lives = [life(case) for case in range(1, 161)]
    with opened(database, derivation, sessions=4) as store:
        edges = {partition: LogEdge(0, 10**6) for partition in range(4)}
        claims = store.claim("project", TOPIC, edges, "T", lambda *_: None)

        def work(partition: int) -> None:
            events = [event for one in lives[partition::4] for event in one]
            for start in range(0, len(events), 8):
                store.apply(batch_of(events[start : start + 8], start, partition), claims[partition].epoch)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert store.digests() == expected([event for one in lives for event in one])
        check_cells(store, derivation)


def test_facts_are_read_page_by_page(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.postgres._PAGE", 3)
    events = [event for case in range(1, 9) for event in life(case)]
    store.apply(batch_of(events), claimed(store))
    kept = list(store.read_facts(COMPLAINTS))
    assert [key for key, _ in kept] == [f"toy:{case:04d}" for case in range(1, 9)]
    assert list(store.read_facts(COMPLAINTS, [key for key, _ in kept])) == kept


def test_an_unchanged_row_is_not_written_again(store: PostgresStore, session: Session) -> None:
    """A repeat costs no new version of any row."""
    epoch = claimed(store)
    store.apply(batch_of(life(1)), epoch)
    versions = [session.execute(f"SELECT xmin::text FROM {table.name}") for table in toy.TABLES]
    store.apply(batch_of(life(1), 3), epoch)
    assert [session.execute(f"SELECT xmin::text FROM {table.name}") for table in toy.TABLES] == versions


def test_the_schema_is_a_parameter(database: str, derivation: Derivation, session: Session) -> None:
    """Another schema has tables of its own, and the live one stays as it is."""
    assert LIVE == "linli"
    with opened(database, derivation, schema="what if") as other:
        migrated = session.execute("SELECT count(*) FROM migrations")[0][0]
        replace_toy = replace(derivation, projections=(), roll_ups=())
        with opened(database, replace_toy, schema="what if") as bare:
            applied = bare.migrate()
            assert 0 < len(applied) < migrated
            assert bare.migrate() == []
        beside = Session(database, "what if")
        for table in toy.TABLES:
            beside.execute(toy.create(table))
        beside.close()
        other.apply(batch_of(life(1)), claimed(other))
        assert other.digests() == expected(life(1))
    assert session.execute("SELECT count(*) FROM toy_cases") == [(0,)]
