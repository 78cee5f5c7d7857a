"""A broker of these tests' own, since they delete topics; and worker processes that can be killed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import psycopg
import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from linli.home import Home
from linli.logview import KafkaLogView
from linli.parts import kafka, processes
from linli.parts.jars import jars
from linli.settings import load_settings
from linli.store import open_store
from projections.postgres import PostgresStore
from schemas.catalogue import COMPLAINTS
from schemas.codec import CatalogueSchemas
from tests.integration.streams.workers import Worker
from tests.unit.streams.records import PARTITIONS, Fetched

_NUMBERS = count(1)
_DEADLINE = 60.0


def until(what: Callable[[], bool], seconds: float = _DEADLINE) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Kafka without the registry: host:port."""
    folder = tmp_path_factory.mktemp("broker")
    settings = load_settings({"LINLI_HOME": str(folder), "LINLI_CACHE": os.environ.get("LINLI_CACHE", "")})
    told = kafka.start(Home(settings), jars(settings.cache), None)
    until(lambda: kafka.ready(told))
    yield told.url
    processes.stop(told)


@pytest.fixture(scope="session")
def log(broker: str) -> KafkaLogView:
    return KafkaLogView(broker)


@pytest.fixture
def topic(broker: str) -> str:
    """The complaints' topic, empty."""
    recreate(broker)
    return COMPLAINTS.topic


def recreate(broker: str) -> None:
    """Delete the topic and create it again."""
    admin = AdminClient({"bootstrap.servers": broker, "log_level": 0})
    with suppress(KafkaException):
        admin.delete_topics([COMPLAINTS.topic])[COMPLAINTS.topic].result(30)
    config = {"message.timestamp.type": "LogAppendTime"}
    new = NewTopic(COMPLAINTS.topic, num_partitions=PARTITIONS, replication_factor=1, config=config)

    def created() -> bool:
        with suppress(KafkaException):
            admin.create_topics([new])[COMPLAINTS.topic].result(30)
            return True
        return False

    until(created)
    until(lambda: COMPLAINTS.topic in admin.list_topics(timeout=10).topics)


@pytest.fixture
def schema(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL schema of the test's own."""
    name = f"streams_{os.getpid()}_{next(_NUMBERS)}"
    yield name
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for one in (name, f"{name}_reporting"):
            connection.execute(f'DROP SCHEMA IF EXISTS "{one}" CASCADE'.encode())


@pytest.fixture
def store(postgres_url: str, schema: str) -> Iterator[PostgresStore]:
    """The real store, with the real projections."""
    store = open_store(postgres_url, CatalogueSchemas(), schema)
    store.migrate()
    yield store
    store.close()


StartWorker = Callable[[], Worker]


@pytest.fixture
def start_worker(broker: str, postgres_url: str, schema: str, store: PostgresStore) -> Iterator[StartWorker]:
    """Starts worker processes on the test's topic and schema; whatever still runs at the end is killed."""
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(broker, postgres_url, schema))
        return started[-1]

    yield start
    for worker in started:
        worker.end()


Send = Callable[[list[Fetched]], None]


@pytest.fixture
def send(broker: str, topic: str) -> Send:
    """Writes records as every producer of ours does, compressed with lz4."""
    settings = {"partitioner": "murmur2_random", "compression.type": "lz4", "linger.ms": 5, "batch.size": 20_000}
    producer = Producer({"bootstrap.servers": broker, "log_level": 0, "enable.idempotence": True, **settings})

    def produce(records: list[Fetched]) -> None:
        for record in records:
            producer.produce(topic, record.value, record.key, headers=list(record.headers))
        assert producer.flush(30) == 0

    return produce
