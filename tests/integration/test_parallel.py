"""Several processes write the events of one import: each exactly once, and the positions are those of all."""

from __future__ import annotations

import uuid
from contextlib import closing

import polars as pl
import pytest
from confluent_kafka import Consumer, TopicPartition

from linli.edge import open_edge
from linli.home import Home
from linli.parallel import SMALL, WORTH_STARTING, ParallelPublisher, merged
from schemas.catalogue import event_type
from schemas.errors import BadRecord

pytestmark = pytest.mark.integration
FILED = event_type("linli.complaints.ComplaintFiled")


def statements(source: str, count: int) -> pl.DataFrame:
    refs = [f"{source}-{number}" for number in range(count)]
    cases = [f"{source}:{ref}" for ref in refs]
    return pl.DataFrame({"source": [source] * count, "source_ref": refs, "case_id": cases, "occurred_at": range(count)})


def test_each_event_is_written_once(home: Home) -> None:
    source, count = f"parallel-{uuid.uuid4().hex}", WORTH_STARTING + 2 * SMALL
    told = statements(source, count)
    with (
        open_edge(home.endpoints()) as edge,
        closing(ParallelPublisher(edge.publisher, home.endpoints(), 2)) as publisher,
    ):
        before = len(told.head(SMALL))
        publisher.publish(FILED, told.head(before))
        publisher.publish(FILED, told.slice(before))
        positions = publisher.log.flush()
    assert sorted(read(home, positions, source)) == sorted(told["source_ref"].to_list())


def test_what_another_process_refuses_is_raised_here(home: Home) -> None:
    told = statements("parallel", WORTH_STARTING + SMALL).with_columns(pl.lit(1).alias("category"))
    with (
        open_edge(home.endpoints()) as edge,
        closing(ParallelPublisher(edge.publisher, home.endpoints(), 1)) as publisher,
        pytest.raises(BadRecord, match="category"),
    ):
        publish_all(publisher, told)


def test_positions_of_several_logs() -> None:
    assert merged({("t", 0): 5, ("t", 1): 2}, {("t", 0): 3, ("u", 0): 1}) == {("t", 0): 5, ("t", 1): 2, ("u", 0): 1}


def publish_all(publisher: ParallelPublisher, told: pl.DataFrame) -> None:
    publisher.publish(FILED, told)
    publisher.log.flush()


def read(home: Home, positions: dict[tuple[str, int], int], source: str) -> list[str]:
    """The source's references of all its records, up to the positions."""
    schemas: list[str] = []
    for (topic, partition), end in positions.items():
        consumer = Consumer({"bootstrap.servers": home.endpoints().kafka_bootstrap, "group.id": "unused"})
        consumer.assign([TopicPartition(topic, partition, 0)])
        at = 0
        while at < end:
            for message in consumer.consume(10_000, timeout=10):
                at = (message.offset() or 0) + 1
                key = (message.key() or b"").decode()
                schemas += [key.removeprefix(f"{source}:")] if key.startswith(f"{source}:") else []
        consumer.close()
    return schemas
