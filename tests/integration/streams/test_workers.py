"""Events in, rows out, through real workers that are killed: nothing lost, nothing twice."""

from __future__ import annotations

import random
import signal
import time
from contextlib import suppress

import psycopg
import pytest
from confluent_kafka import Producer

from linli.logview import KafkaLogView
from projections.postgres import PostgresStore
from schemas.catalogue import COMPLAINTS
from schemas.errors import Unavailable
from tests.integration.streams.conftest import Send, StartWorker, recreate, until
from tests.unit.streams.records import FILED, NOTED, Fetched, record

pytestmark = pytest.mark.integration


def events(first: int, count: int, cases: int = 200) -> list[Fetched]:
    """Events of so many cases, as they arrive: interleaved."""
    numbers = range(first, first + count)
    return [
        record(
            number,
            f"hotline:C-{number % cases}",
            FILED if number < cases else NOTED,
            occurred_at=1_700_000_000_000_000 + number,
        )
        for number in numbers
    ]


def ends(log: KafkaLogView) -> dict[tuple[str, int], int]:
    return {place: edge.end for place, edge in log.all_edges([COMPLAINTS.topic]).items()}


def caught_up(store: PostgresStore, log: KafkaLogView) -> bool:
    positions = stored(store)
    return all(positions.get(place, 0) == end for place, end in ends(log).items())


def stored(store: PostgresStore) -> dict[tuple[str, int], int]:
    """The positions; asked again when the connection of this test was lost, too."""
    with suppress(Unavailable):
        return store.positions("project")
    return store.positions("project")


def moves_on(store: PostgresStore, log: KafkaLogView) -> None:
    """Wait until something more is applied, or everything."""
    already = sum(stored(store).values())
    until(lambda: sum(stored(store).values()) > already or caught_up(store, log))


def facts(store: PostgresStore) -> list[str]:
    """The event ids of all facts, with repetitions if there were any."""
    return sorted(fact.event_id for _, told in store.read_facts(COMPLAINTS) for fact in told)


def ids(records: list[Fetched]) -> list[str]:
    return sorted((record.headers[0][1] or b"").decode() for record in records)


def test_events_in_rows_out_and_a_peaceful_end(
    log: KafkaLogView, send: Send, store: PostgresStore, schema: str, postgres_url: str, start_worker: StartWorker
) -> None:
    sent = events(0, 3000)
    send(sent)
    worker = start_worker()
    until(lambda: caught_up(store, log))
    worker.signal(signal.SIGTERM)
    assert worker.wait(25) == 0
    assert facts(store) == ids(sent)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(f'SELECT count(*) FROM "{schema}".cases'.encode()).fetchone() == (200,)
    balances = store.balances("project").values()
    assert sum(balance.applied for balance in balances) == 3000
    assert all(balance.closes for balance in balances)
    told = [fact.appended_at for _, of_case in store.read_facts(COMPLAINTS) for fact in of_case]
    assert 0 <= time.time() * 1000 - min(told) < 600_000, "the broker's append time, in milliseconds"


def test_a_second_worker_goes_on_where_the_first_one_stopped(
    log: KafkaLogView, send: Send, store: PostgresStore, start_worker: StartWorker
) -> None:
    send(events(0, 500))
    first = start_worker()
    until(lambda: caught_up(store, log))
    first.lose_lifeline()
    assert first.wait(25) == 0
    send(events(500, 500))
    second = start_worker()
    until(lambda: caught_up(store, log))
    assert sum(document["moved"]["applied"] for document in second.told if "moved" in document) <= 500
    assert facts(store) == ids(events(0, 1000))


def test_what_cannot_be_read_is_kept_beside_and_stops_nothing(
    log: KafkaLogView, send: Send, store: PostgresStore, schema: str, postgres_url: str, start_worker: StartWorker
) -> None:
    sent = events(0, 300)
    poison = [sent[7]._replace(value=b"?"), sent[8]._replace(value=(sent[8].value or b"")[:-3])]
    send([*sent[:100], *poison, *sent[100:]])
    start_worker()
    until(lambda: caught_up(store, log))
    assert facts(store) == ids(sent)
    with psycopg.connect(postgres_url) as connection:
        letters = connection.execute(
            f'SELECT code, value FROM "{schema}".dead_letters ORDER BY code'.encode()
        ).fetchall()
    assert letters == [("record.framing", b"?"), ("record.undecodable", poison[1].value)]
    assert all(balance.closes for balance in store.balances("project").values())


def test_offsets_that_hold_no_record_are_passed(
    broker: str, log: KafkaLogView, topic: str, send: Send, store: PostgresStore, start_worker: StartWorker
) -> None:
    """A transaction ends with a marker that takes an offset: inside the log, and at its tail."""
    sent = events(0, 40)
    producer = Producer(
        {"bootstrap.servers": broker, "partitioner": "murmur2_random", "transactional.id": "somebody else's"}
    )
    producer.init_transactions(30)
    start_worker()
    for half in (sent[:20], sent[20:]):
        producer.begin_transaction()
        for one in half:
            producer.produce(topic, one.value, one.key, headers=list(one.headers))
        producer.commit_transaction(30)
    until(lambda: caught_up(store, log))
    assert facts(store) == ids(sent)
    balances = store.balances("project").values()
    assert sum(balance.void for balance in balances) == sum(ends(log).values()) - 40 > 0
    assert all(balance.closes for balance in balances)


@pytest.mark.parametrize("seed", [1])
def test_workers_killed_under_load_lose_nothing_and_repeat_nothing(
    seed: int, log: KafkaLogView, send: Send, store: PostgresStore, start_worker: StartWorker
) -> None:
    dice = random.Random(seed)
    sent = events(0, 12_000)
    send(sent[:4000])
    workers = [start_worker(), start_worker()]
    for kill in range(3):
        victim = dice.randrange(2)
        moves_on(store, log)
        workers[victim].signal(dice.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        send(sent[4000 + kill * 2000 : 6000 + kill * 2000])
        workers[victim].wait()
        workers[victim] = start_worker()
    send(sent[10_000:])
    until(lambda: caught_up(store, log), 120)
    assert facts(store) == ids(sent)
    balances = store.balances("project").values()
    assert sum(balance.applied for balance in balances) == len(sent)
    assert sum(balance.repeated for balance in balances) == 0
    assert all(balance.closes for balance in balances)
    assert [worker.log for worker in workers if not worker.running] == []


def test_lost_connections_to_the_database_make_it_wait(
    log: KafkaLogView, send: Send, store: PostgresStore, schema: str, postgres_url: str, start_worker: StartWorker
) -> None:
    sent = events(0, 6000)
    send(sent[:3000])
    worker = start_worker()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for _ in range(3):
            moves_on(store, log)
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'linli' AND query LIKE '%positions%'"
            )
            send(sent[3000:4000])
            sent = [*sent[:3000], *sent[4000:], *sent[3000:4000]]
    until(lambda: caught_up(store, log))
    assert facts(store) == ids(events(0, 6000))
    assert worker.running


def test_a_topic_that_was_deleted_and_created_again_is_refused(
    broker: str, log: KafkaLogView, send: Send, store: PostgresStore, start_worker: StartWorker
) -> None:
    send(events(0, 400))
    worker = start_worker()
    until(lambda: caught_up(store, log))
    worker.signal(signal.SIGTERM)
    worker.wait(25)
    recreate(broker)
    send(events(0, 800))
    refusing = start_worker()
    assert refusing.wait() == 4
    assert refusing.failure is not None
    assert refusing.failure["code"] == "refused.topic_recreated"
    assert facts(store) == ids(events(0, 400))


def test_a_record_that_is_not_the_one_applied_last_is_refused(
    log: KafkaLogView, send: Send, store: PostgresStore, schema: str, postgres_url: str, start_worker: StartWorker
) -> None:
    send(events(0, 400))
    worker = start_worker()
    until(lambda: caught_up(store, log))
    worker.signal(signal.SIGTERM)
    worker.wait(25)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(f"UPDATE \"{schema}\".positions SET record_hash = '\\x00'".encode())
    refusing = start_worker()
    assert refusing.wait() == 4
    assert refusing.failure is not None
    assert refusing.failure["code"] == "refused.log_truncated"
