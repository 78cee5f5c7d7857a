"""murmur2 as every other client computes it."""

from __future__ import annotations

import random

from aiokafka.partitioner import murmur2

from streams.partitioning import partitions_of

KEYS: list[bytes] = [
    "".join(random.Random(number).choices("abc-:0123456789邻里", k=number % 41)).encode() for number in range(1000)
]


def test_every_key_belongs_where_kafka_puts_it() -> None:
    for count in (1, 4, 12):
        expected = [(murmur2(key) & 0x7FFFFFFF) % count for key in KEYS]
        assert partitions_of(KEYS, count).tolist() == expected


def test_a_record_without_a_key_belongs_nowhere() -> None:
    assert partitions_of([b"a", None, b"bc"], 4).tolist()[1] == -1
    assert partitions_of([b"a", None, b"bc"], 4)[[0, 2]].tolist() == partitions_of([b"a", b"bc"], 4).tolist()


def test_no_keys_at_all() -> None:
    assert partitions_of([], 4).tolist() == []
