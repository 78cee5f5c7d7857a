"""The edge: everything that a writing command needs, put together once from the installation's endpoints."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from linli.home import Endpoints
from linli.keystore import PostgresKeyStore
from producers.log import KafkaLog, Log
from producers.publish import Publisher
from schemas.codec import Schemas
from schemas.registry import Registry


def now_micros() -> int:
    """The clock of an edge: microseconds UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Edge:
    """A publisher and what it is made of."""

    publisher: Publisher
    log: Log
    schemas: Schemas
    key_store: PostgresKeyStore


@contextmanager
def open_edge(endpoints: Endpoints) -> Iterator[Edge]:
    """An edge on the installation's Kafka, registry and PostgreSQL. Raises Unavailable for a part that does not answer."""
    key_store = PostgresKeyStore(endpoints.postgres_url)
    try:
        log = KafkaLog(endpoints.kafka_bootstrap)
        schemas = Registry(endpoints.registry_url)
        publisher = Publisher(schemas, log, key_store.identity_key(), key_store, now_micros)
        yield Edge(publisher, log, schemas, key_store)
    finally:
        key_store.close()
