"""Batches: every offset is told, and cutting one loses nothing."""

from __future__ import annotations

import polars as pl
import pytest

from projections.batch import Batch, DeadLetter
from schemas.codec import unframe
from tests.contracts.store import life
from tests.contracts.toy import TOPIC, batch_of


def letter(offset: int) -> DeadLetter:
    return DeadLetter(TOPIC, 0, offset, 1, b"k", [], b"v", "record.framing", "no frame")


def test_an_offset_that_is_not_told_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="4 offsets, but 3 facts"):
        batch_of(life(1), after=4)


def test_halves_are_the_whole() -> None:
    """Offsets 10 to 15 are facts, 16 is dead, 17 is void."""
    whole = batch_of([*life(1), *life(2)], 10, dead=[letter(16)], void=1, after=18, last_hash=b"h")
    first, second = whole.halves()
    assert (first.before, first.after, second.before, second.after) == (10, 13, 13, 18)
    assert pl.concat([first.facts, second.facts]).equals(whole.facts)
    assert (first.void, second.void, len(second.dead), first.last_hash, second.last_hash) == (0, 1, 1, None, b"h")
    assert sum(frame.height for half in (first, second) for frame in half.frames.values()) == 6


def test_a_fact_becomes_a_dead_letter_whole() -> None:
    alone = batch_of(life(1)[:1], 5, dead=[letter(6)], after=7)
    dead = alone.without_fact("record.data", "why")
    assert isinstance(dead, Batch)
    assert [(one.offset, one.code) for one in dead.dead] == [(5, "record.data"), (6, "record.framing")]
    (fact,), kept = alone.facts.rows(named=True), dead.dead[0]
    assert (kept.key, unframe(kept.value)) == (fact["key"].encode(), (fact["schema_id"], fact["body"]))
