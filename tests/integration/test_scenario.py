"""The reference scenario, for two seeds: what its events state is what the views count, and one more is one more."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import psycopg.conninfo
import pytest

from linli.reports.scenario import report
from linli.reports.session import reading
from producers.log import MemoryLog
from producers.publish import Publisher
from producers.scenario import scenario
from producers.scenario.telling import Stated
from projections import PROJECTIONS, ROLL_UPS
from projections.batch import Batch, Fact, facts_frame
from projections.facts import valid_facts
from projections.migrate import LIVE, migrate
from projections.postgres import PostgresStore
from projections.postgres import Session as StoreSession
from projections.store import LogEdge
from projections.touch import Derivation
from schemas.codec import CatalogueSchemas, unframe
from schemas.privacy import MemoryKeyStore
from tests.integration.reports.city import _frames

SCHEMAS = CatalogueSchemas()
DERIVATION = Derivation(SCHEMAS, valid_facts, PROJECTIONS, ROLL_UPS)
NOW = 1_800_000_000_000_000
SEEDS = (7, 11)

Played = Callable[[int, list[Stated]], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[str]:
    """URL of a database with the live schema."""
    name = f"scenario_{os.getpid()}"
    url = psycopg.conninfo.make_conninfo(postgres_url, dbname=name)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        session = StoreSession(url, LIVE)
        migrate(session, LIVE, [derived.table for derived in (*PROJECTIONS, *ROLL_UPS)])
        session.close()
        yield url
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def played(database: str) -> Played:
    """Puts statements through publisher, codec, derivation and store into an empty database; the report's rows by id."""

    def play(seed: int, stated: list[Stated]) -> dict[str, dict[str, Any]]:
        _empty(database)
        _apply(database, stated)
        with reading(database) as session:
            return {row["row"]: dict(row) for row in report(session, seed).rows}

    return play


def _empty(database: str) -> None:
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'linli' AND tablename <> 'migrations'"
        )
        connection.execute("; ".join(f"DELETE FROM linli.{table}" for (table,) in tables.fetchall()).encode())


def _apply(database: str, stated: list[Stated]) -> None:
    log = MemoryLog(partitions=1)
    publisher = Publisher(SCHEMAS, log, b"k" * 32, MemoryKeyStore(), lambda: NOW)
    for event, statements in stated:
        publisher.publish(event, statements)
    by_topic: defaultdict[str, list[Fact]] = defaultdict(list)
    for record in log.records:
        schema_id, body = unframe(record.value)
        facts = by_topic[record.topic]
        at = len(facts)
        facts.append(Fact(record.key.decode(), record.event_id, schema_id, at, 1_700_000_000_000 + at, body))
    store = PostgresStore(database, DERIVATION)
    for topic, facts in by_topic.items():
        epoch = store.claim("project", topic, {0: LogEdge(0, 0)}, "t", lambda *_: None)[0].epoch
        whole = (0, len(facts), facts_frame(facts), _frames(facts))
        store.apply(Batch("project", topic, 0, *whole, last_hash=b"h" * 32), epoch)
    store.close()


def told(rows: dict[str, dict[str, Any]], verdict: str) -> set[str]:
    return {name for name, row in rows.items() if row["verdict"] == verdict}


def without(stated: list[Stated], *families: str) -> list[Stated]:
    return [one for one in stated if one[0].family.name not in families]


NOT_YET_TOLD = {"A6", "A7", "A10", "A14"}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_comes_out(played: Played, seed: int) -> None:
    rows = played(seed, list(scenario(seed)))
    assert {name: row["found"] for name, row in rows.items() if row["verdict"] == "differs"} == {}
    assert len(rows) == 35
    assert told(rows, "not yet told") == NOT_YET_TOLD


def again(stated: list[Stated], name: str, ref: str, **other: Any) -> list[Stated]:
    """The statements, and the last of a type once more under another reference."""
    event, statement = [
        (event, one)
        for event, some in stated
        if event.full_name == f"linli.{name}"
        for one in some
        if all(one.get(field) == value for field, value in other.items())
    ][-1]
    more = {**statement, "source_ref": ref, event.family.key: f"{statement['source']}:{ref}"}
    return [*stated, (event, [more])]


@pytest.mark.parametrize(
    ("row", "event", "of"),
    [
        ("A1", "parties.PartyRegistered", {"kind": "property_party_organisation"}),
        ("A5", "meetings.MeetingHeld", {"kind": "thematic"}),
        ("A11", "services.BoardInstalled", {"kind": "convention"}),
        ("C6", "agreements.PairingSigned", {}),
    ],
)
def test_one_event_more_is_one_more(played: Played, row: str, event: str, of: dict[str, Any]) -> None:
    stated = list(scenario(SEEDS[0]))
    before, after = (played(SEEDS[0], some)[row] for some in (stated, again(stated, event, "one-more", **of)))
    more = [now["found"] - then["found"] for then, now in zip(before["figures"], after["figures"], strict=True)]
    assert (before["verdict"], after["verdict"], sum(more)) == ("ok", "differs", 1)


@pytest.mark.parametrize(
    ("family", "rows"),
    [
        ("persons", {"A3", "A12", "C1", "C2", "C2b", "C7"}),
        ("meetings", {"A5", "A8", "A13", "B3", "C4", "C5", "C10"}),
        ("zones", {"A2", "C5"}),
        ("rules", {"A4", "C5", "C10"}),
        ("agreements", {"B5", "C6"}),
        ("visits", {"A16", "B6", "C5", "C9", "C10"}),
        ("hazards", {"A16"}),
        ("projects", {"C8"}),
        ("complaints", {"A8", "A9", "A13", "A16"}),
        ("services", {"A6b", "A11", "A12", "A15", "A17", "B1", "B2", "B3", "B4", "B5", "C7", "C8"}),
        ("places", {"A1", "C1", "C3"}),
    ],
)
def test_without_a_familys_events_its_rows_fail(played: Played, family: str, rows: set[str]) -> None:
    found = played(SEEDS[0], without(list(scenario(SEEDS[0])), family))
    assert told(found, "differs") >= rows


def test_another_seed_is_another_city() -> None:
    first, second = ({str(one) for _, some in scenario(seed) for one in some} for seed in SEEDS)
    assert not first & second
    assert first == {str(one) for _, some in scenario(SEEDS[0]) for one in some}


def test_events_arrive_in_order_of_their_days() -> None:
    days = [one["occurred_at"] // 86_400_000_000 for _, some in scenario(SEEDS[0]) for one in some]
    assert days == sorted(days)
