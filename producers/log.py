"""The log as producers see it: append, and know that it is kept. The only producer module that knows Kafka."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.cloudevents import Headers
from schemas.errors import BadInput, Unavailable

Positions = dict[tuple[str, int], int]
"""(topic, partition) → offset after the last record written there."""

DEFAULTS: Mapping[str, Any] = {
    "acks": "all",
    "enable.idempotence": True,
    "partitioner": "murmur2_random",
    "compression.type": "lz4",
    "linger.ms": 20,
    "batch.size": 512 * 1024,
    "queue.buffering.max.messages": 100_000,
    "queue.buffering.max.kbytes": 64 * 1024,
    "message.max.bytes": 1_000_000,
}


class Record(NamedTuple):
    """One record to be appended. `key` is the id of the entity that the topic's family owns."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers
    event_id: str


class Log(Protocol):
    """Where events are kept for ever."""

    def append(self, record: Record) -> None:
        """Hand over a record; blocks while the queue is full (back-pressure)."""
        ...

    def flush(self) -> Positions:
        """Wait until everything handed over is kept; the positions after all records of this log so far.

        Raises Unavailable `part.kafka.delivery` naming the first record that could not be kept, and how many.
        """
        ...


@dataclass
class MemoryLog:
    """`Log` in memory. `capacity` limits what it keeps before it fails, to try out delivery errors."""

    partitions: int = 4
    capacity: int | None = None
    records: list[Record] = field(default_factory=list)
    _positions: Positions = field(default_factory=dict)
    _lost: list[str] = field(default_factory=list)

    def append(self, record: Record) -> None:
        if len(record.value) > MAX_RECORD_BYTES:
            raise _too_large(record)
        if self.capacity is not None and len(self.records) >= self.capacity:
            self._lost.append(record.event_id)
            return
        self.records.append(record)
        partition = (record.topic, zlib.crc32(record.key) % self.partitions)
        self._positions[partition] = self._positions.get(partition, 0) + 1

    def flush(self) -> Positions:
        _raise_lost(self._lost, "the log is full")
        return dict(self._positions)


class KafkaLog:
    """`Log` on Kafka: idempotent, acknowledged by all in-sync replicas, partitioned by murmur2 like every producer of ours."""

    def __init__(self, bootstrap: str, config: Mapping[str, Any] | None = None, *, patience: float = 120.0) -> None:
        """`config`: further librdkafka settings (SASL, TLS). `patience`: seconds until an unkept record is an error."""
        given = {**DEFAULTS, "delivery.timeout.ms": int(patience * 1000), **(config or {})}
        self._producer = Producer({"bootstrap.servers": bootstrap, "on_delivery": self._delivered, **given})
        self._produce: Callable[..., None] = self._producer.produce
        self._patience = patience
        self._positions: Positions = {}
        self._lost: list[str] = []
        self._reason = ""
        self._handed_over = 0

    def append(self, record: Record) -> None:
        topic, key, value, headers, _ = record
        if len(value) > MAX_RECORD_BYTES:
            raise _too_large(record)
        while True:
            try:
                self._produce(topic, value, key, headers=headers)
                break
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                raise _away(str(error.args[0])) from error
        self._handed_over += 1
        if self._handed_over % 1000 == 0:
            self._producer.poll(0)

    def flush(self) -> Positions:
        left = self._producer.flush(self._patience)
        _raise_lost(self._lost, self._reason)
        if left:
            raise _away(f"{left} records are still waiting after {self._patience:g} s")
        return dict(self._positions)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._reason = str(error)
            self._lost.append(_event_id(message))
            return
        place: Any = message.topic(), message.partition()
        self._positions[place] = max(self._positions.get(place, 0), (message.offset() or 0) + 1)


MAX_RECORD_BYTES = 900_000
"""A record larger than this is refused before it is sent: the broker's own limit is about 1 MB."""


def _too_large(record: Record) -> BadInput:
    return BadInput(
        f"event {record.event_id} takes {len(record.value):,} bytes",
        code="input.too_large",
        expected=f"at most {MAX_RECORD_BYTES:,}",
        remedy="shorten its free text, or leave the field out of the mapping",
        event_id=record.event_id,
    )


def _event_id(message: Message) -> str:
    """What the record's header says; the producer gives it back in the callback."""
    told = dict(message.headers() or [])
    value = told.get("ce_id")
    return value.decode() if isinstance(value, bytes) else str(value)


def _raise_lost(lost: list[str], reason: str) -> None:
    if lost:
        raise Unavailable(
            f"{len(lost)} records were not kept ({reason}), the first is event {lost[0]}",
            code="part.kafka.delivery",
            expected="an acknowledgement by all in-sync replicas",
            remedy="repeat the import: what was kept is recognised and not counted twice",
            event_id=lost[0],
            lost=len(lost),
        )


def _away(reason: str) -> Unavailable:
    return Unavailable(
        f"Kafka does not take records ({reason})",
        code="part.kafka",
        remedy="see `linli status`; `linli up` restarts an embedded one",
    )


Clock = Callable[[], int]
"""Now, in microseconds UTC."""
