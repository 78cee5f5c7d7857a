"""Facts as blobs and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections import heads
from projections.batch import Fact, facts_frame
from projections.heads import Blobs
from tests.contracts.toy import CLOSED, FILED, NOTED, SCHEMAS, Event

EVENTS = st.lists(
    st.builds(
        Event,
        type=st.sampled_from([FILED, NOTED, CLOSED]),
        case_id=st.sampled_from(["a", "b", "中"]),
        id=st.integers(0, 999),
    ),
    max_size=20,
)


def facts_of(events: list[Event]) -> list[Fact]:
    return [
        Fact(event.case_id, event.event_id, SCHEMAS.id_of(event.type), 100 + at, 10**12 + at, event.body)
        for at, event in enumerate(events)
    ]


def pack(facts: list[Fact]) -> Blobs:
    return heads.pack(facts_frame(facts))


def unpacked(blobs: Blobs) -> list[Fact]:
    return [fact for key, head, body in heads.entries(blobs) for fact in heads.unpack(key, head, body)]


@given(events=EVENTS)
def test_packed_facts_come_back_by_key(events: list[Event]) -> None:
    facts = facts_of(events)
    assert unpacked(pack(facts)) == sorted(facts, key=lambda fact: (fact.key.encode(), fact.offset))


@given(events=EVENTS, cut=st.integers(0, 20))
def test_appended_is_packed_together(events: list[Event], cut: int) -> None:
    facts = facts_of(events)
    first, second = pack(facts[:cut]), pack(facts[cut:])
    touched = {fact.key for fact in facts[cut:]}
    assert unpacked(heads.joined(first, second)) == [fact for fact in unpacked(pack(facts)) if fact.key in touched]


@given(events=EVENTS, until=st.integers(95, 125))
def test_runs_are_decoded_up_to_an_offset(events: list[Event], until: int) -> None:
    facts = facts_of(events)
    found = [
        (run.schema_id, offset, event_id)
        for run in heads.runs(pack(facts), until)
        for offset, event_id in heads.decoded(SCHEMAS, run).select("_offset", "event_id").rows()
    ]
    assert sorted(found) == sorted(
        (fact.schema_id, fact.offset, fact.event_id) for fact in facts if fact.offset < until
    )


def test_only_named_entities_lose_facts() -> None:
    blobs = pack(facts_of([Event(FILED, "a", 1), Event(FILED, "b", 2), Event(CLOSED, "a", 3)]))
    left = heads.without(blobs, {"a": {102}})
    assert [(fact.key, fact.offset) for fact in unpacked(left)] == [("a", 100)]


def test_an_event_id_need_not_be_a_uuid() -> None:
    bodies = [b"\x04ab\x00", Event(FILED, "a", 1).body]
    assert heads.event_ids(bodies).to_list() == ["ab", Event(FILED, "a", 1).event_id]


def test_the_frozen_form_of_a_head() -> None:
    """Stored for ever: a change needs a migration of every fact."""
    packed = pack([Fact("k", "e", 7, 258, 513, b"body")])
    assert packed.heads[0] == bytes([2, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0])
