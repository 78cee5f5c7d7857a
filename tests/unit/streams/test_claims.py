"""Claims: what is asked of log and store, and which batch may follow which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from projections.store import Claim, HashAt, LogEdge
from schemas.errors import Refused
from streams.claims import BrokenChainError, Claims, Held, record_hash
from tests.unit.streams.doubles import FakeLog, RecordingStore

TOPIC = "linli.complaints"


@dataclass
class ClaimingStore(RecordingStore):
    """Refuses a topic whose id it does not know."""

    known: dict[str, str] = field(default_factory=dict)

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        if self.known.setdefault(topic, topic_id) != topic_id:
            raise Refused("the topic was deleted and created again", code="refused.topic_recreated")
        return super().claim(role, topic, partitions, topic_id, hash_at)


def claims(ends: Mapping[tuple[str, int], int]) -> tuple[Claims, ClaimingStore, FakeLog]:
    store, log = ClaimingStore(), FakeLog(dict(ends))
    return Claims("project", store, log), store, log


def test_partitions_are_claimed_topic_by_topic_with_what_the_log_says() -> None:
    ours, store, _ = claims({(TOPIC, 0): 7, (TOPIC, 1): 0, (TOPIC, 2): 3, ("linli.places", 1): 9})
    store.stored[TOPIC, 0] = 4
    held = ours.claim([("linli.places", 1), (TOPIC, 2), (TOPIC, 0)])
    assert [(one.topic, one.partition, one.expected, one.of) for one in held] == [
        (TOPIC, 0, 4, 3),
        (TOPIC, 2, 0, 3),
        ("linli.places", 1, 0, 1),
    ]
    assert store.claimed == [
        (TOPIC, {0: LogEdge(0, 7), 2: LogEdge(0, 3)}, f"id of {TOPIC}"),
        ("linli.places", {1: LogEdge(0, 9)}, "id of linli.places"),
    ]


def test_nothing_is_claimed_that_the_group_has_given_to_somebody_else_meanwhile() -> None:
    ours, store, _ = claims({(TOPIC, 0): 7})
    assert ours.claim([(TOPIC, 0)], still_ours=lambda: False) == []
    assert store.claimed == []


def test_a_recreated_topic_is_refused_by_name() -> None:
    ours, _, log = claims({(TOPIC, 0): 7})
    ours.claim([(TOPIC, 0)])
    log.incarnation = "another id"
    with pytest.raises(Refused) as caught:
        ours.claim([(TOPIC, 0)])
    assert caught.value.code == "refused.topic_recreated"


def test_a_claim_is_current_until_another_is_made_or_the_partition_is_revoked() -> None:
    ours, _, _ = claims({(TOPIC, 0): 7})
    (first,) = ours.claim([(TOPIC, 0)])
    ours.hold([first])
    assert ours.is_current(first)
    (second,) = ours.claim([(TOPIC, 0)])
    ours.hold([second])
    assert not ours.is_current(first)
    assert ours.is_current(second)
    second.fenced = True
    assert not ours.is_current(second)
    second.fenced = False
    ours.release([(TOPIC, 0)])
    assert not ours.is_current(second)


@pytest.mark.parametrize("before", [4, 6, 0])
def test_a_batch_that_does_not_begin_where_the_last_one_ended_breaks_the_chain(before: int) -> None:
    held = Held(TOPIC, 0, 4, 1, 5)
    held.check(5)
    with pytest.raises(BrokenChainError) as caught:
        held.check(before)
    assert caught.value.data == {"topic": TOPIC, "partition": 0, "found": before}
    assert caught.value.code == "chain"


def different(parts: Iterable[bytes]) -> bool:
    told = list(parts)
    return len(set(told)) == len(told)


def test_a_record_is_named_by_key_headers_and_value() -> None:
    assert different(
        [
            record_hash(b"k", [("h", b"1")], b"v"),
            record_hash(b"k", [("h", b"1")], b"w"),
            record_hash(b"l", [("h", b"1")], b"v"),
            record_hash(b"k", [("h", b"2")], b"v"),
            record_hash(b"k", [("i", b"1")], b"v"),
            record_hash(b"k", [("h", None)], b"v"),
            record_hash(b"k", [("h", b"")], b"v"),
            record_hash(b"k", [], b"v"),
            record_hash(None, [], b"v"),
            record_hash(b"", [], b"v"),
            record_hash(b"k", [], None),
            record_hash(b"kh", [("1", b"v")], None),
        ]
    )
    assert record_hash(b"k", [("h", b"1")], b"v") == record_hash(b"k", (("h", b"1"),), b"v")
