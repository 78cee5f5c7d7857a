"""The log as a claim and a wait look at it: edges, topic ids, single records. Reads only; joins no group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec, TopicDescription

from projections.store import LogEdge
from schemas.errors import Unavailable
from streams.claims import record_hash

T = TypeVar("T")

ANSWER_SECONDS = 10.0


class KafkaLogView:
    """`streams.claims.LogView` on Kafka. `config`: further librdkafka settings (SASL, TLS)."""

    def __init__(self, bootstrap: str, config: Mapping[str, Any] | None = None) -> None:
        self._config = {"bootstrap.servers": bootstrap, "log_level": 0, **(config or {})}
        self._bootstrap = bootstrap
        self._admin = AdminClient(self._config)
        self._topics: dict[str, TopicDescription] = {}
        self._reading = Lock()

    def topic_id(self, topic: str) -> str:
        """Kafka's own id of a topic."""
        return str(self._described(topic).topic_id)

    def partitions(self, topic: str) -> int:
        """Number of partitions of a topic."""
        return len(self._described(topic).partitions)

    def edges(self, topic: str, partitions: Iterable[int]) -> dict[int, LogEdge]:
        """Where partitions begin and end now."""
        numbers = list(partitions)
        begins = self._offsets(topic, numbers, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        ends = self._offsets(topic, numbers, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return {number: LogEdge(begins[number], ends[number]) for number in numbers}

    def all_edges(self, topics: Iterable[str]) -> dict[tuple[str, int], LogEdge]:
        """Where every partition of the topics begins and ends now."""
        return {
            (topic, number): edge
            for topic in topics
            for number, edge in self.edges(topic, range(self.partitions(topic))).items()
        }

    def record_hash(self, topic: str, partition: int, offset: int) -> bytes | None:
        """`streams.claims.record_hash` of the record at an offset; None when no record stands there."""
        with self._reading:
            message = self._read(topic, partition, offset)
        if message is None or message.offset() != offset:
            return None
        return record_hash(message.key(), message.headers() or [], message.value())  # type: ignore[arg-type]

    def refresh(self) -> None:
        """Forget what topics are like: they may have been created again."""
        self._topics.clear()

    def _read(self, topic: str, partition: int, offset: int) -> Message | None:
        """The first record at or after an offset; None at the log's end."""
        settings = {"group.id": "linli-look", "enable.auto.commit": False, "enable.partition.eof": True}
        consumer = Consumer({**self._config, **settings, "auto.offset.reset": "error"})
        try:
            consumer.assign([TopicPartition(topic, partition, offset)])
            message = consumer.poll(ANSWER_SECONDS)
        finally:
            consumer.close()
        if message is None:
            raise self._away("no record within the time allowed")
        error = message.error()
        if error is None:
            return message
        if error.code() in (KafkaError._PARTITION_EOF, KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET):
            return None
        raise self._away(str(error))

    def _described(self, topic: str) -> TopicDescription:
        if topic not in self._topics:
            answers = self._ask(
                lambda: self._admin.describe_topics(TopicCollection([topic]), request_timeout=ANSWER_SECONDS)
            )
            self._topics[topic] = self._told(answers[topic])
        return self._topics[topic]

    def _offsets(self, topic: str, partitions: list[int], which: OffsetSpec) -> dict[int, int]:
        if not partitions:
            return {}
        asked = {TopicPartition(topic, number): which for number in partitions}
        answers = self._ask(lambda: self._admin.list_offsets(asked, request_timeout=ANSWER_SECONDS))
        return {place.partition: self._told(answer).offset for place, answer in answers.items()}

    def _told(self, answer: Future[T]) -> T:
        return self._ask(lambda: answer.result(timeout=ANSWER_SECONDS + 1))

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except KafkaException as error:
            raise self._away(str(error.args[0])) from error
        except TimeoutError as error:
            raise self._away("no answer in time") from error

    def _away(self, reason: str) -> Unavailable:
        return Unavailable(
            f"Kafka does not answer ({reason})",
            code="part.kafka",
            where=self._bootstrap,
            remedy="see `linli status`; `linli up` starts an embedded one and creates the topics",
        )
