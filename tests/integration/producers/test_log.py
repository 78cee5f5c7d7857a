"""The Kafka log keeps the promises of every log, and partitions like Faust's own producer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.partitioner import murmur2
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from producers.log import KafkaLog, Record
from schemas.errors import Unavailable
from tests.contracts.log import LogContract

PARTITIONS = 4
pytestmark = pytest.mark.integration


@pytest.fixture
def topic(kafka_bootstrap: str) -> Iterator[str]:
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    name = f"log-{uuid.uuid4().hex}"
    admin.create_topics([NewTopic(name, num_partitions=PARTITIONS, replication_factor=1)])[name].result(30)
    yield name
    admin.delete_topics([name])[name].result(30)


class TestKafkaLog(LogContract):
    @pytest.fixture
    def log(self, kafka_bootstrap: str) -> KafkaLog:
        return KafkaLog(kafka_bootstrap, patience=30)

    def test_what_comes_back_is_what_went_in(self, log: KafkaLog, topic: str, kafka_bootstrap: str) -> None:
        sent = [self.record(topic, number) for number in range(50)]
        for record in sent:
            log.append(record)
        log.flush()
        read = consume(kafka_bootstrap, topic, 50)
        assert sorted(read) == sorted((record.key, record.value, tuple(record.headers)) for record in sent)

    def test_back_pressure_instead_of_loss(self, topic: str, kafka_bootstrap: str) -> None:
        log = KafkaLog(kafka_bootstrap, {"queue.buffering.max.messages": 10}, patience=30)
        for number in range(500):
            log.append(self.record(topic, number))
        assert sum(log.flush().values()) == 500

    def test_a_topic_that_is_not_there_is_told(self, kafka_bootstrap: str) -> None:
        log = KafkaLog(kafka_bootstrap, {"topic.metadata.propagation.max.ms": 100}, patience=5)
        log.append(self.record("never-created", 1))
        with pytest.raises(Unavailable) as caught:
            log.flush()
        assert caught.value.code in ("part.kafka.delivery", "part.kafka")


def test_murmur2_means_the_same_to_librdkafka_and_to_aiokafka(kafka_bootstrap: str, topic: str) -> None:
    keys = [f"南昌-{number}-{'x' * (number % 13)}".encode() for number in range(1000)]
    log = KafkaLog(kafka_bootstrap, patience=30)
    for key in keys:
        log.append(Record(topic, key, b"v", [("ce_id", b"e")], "e"))
    log.flush()
    assert partitions(kafka_bootstrap, topic, 1000) == {key: (murmur2(key) & 0x7FFFFFFF) % PARTITIONS for key in keys}


def reader(bootstrap: str, topic: str) -> Consumer:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    return consumer


def consume(bootstrap: str, topic: str, count: int) -> list[tuple[Any, Any, Any]]:
    consumer = reader(bootstrap, topic)
    messages = consumer.consume(count, timeout=30)
    consumer.close()
    return [(message.key(), message.value(), tuple(message.headers() or ())) for message in messages]


def partitions(bootstrap: str, topic: str, count: int) -> dict[Any, Any]:
    consumer = reader(bootstrap, topic)
    messages = consumer.consume(count, timeout=30)
    consumer.close()
    return {message.key(): message.partition() for message in messages}
