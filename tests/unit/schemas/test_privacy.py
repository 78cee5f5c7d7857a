"""Free text in the log is unreadable without its subject's key, and repeats exactly."""

from __future__ import annotations

import pytest

from schemas.errors import BadRecord
from schemas.privacy import MemoryKeyStore, new_key, open_sealed, seal

TEXT = "楼道乱堆杂物,住户 3-502 来电"


def test_round_trip_and_repetition() -> None:
    key = new_key()
    sealed = seal(key, "e1", "note", "case:1", TEXT)
    assert sealed is not None and TEXT.encode() not in sealed
    assert seal(key, "e1", "note", "case:1", TEXT) == sealed
    assert open_sealed(key, "e1", "note", "case:1", sealed) == TEXT


@pytest.mark.parametrize(
    ("event", "field", "subject"), [("e2", "note", "case:1"), ("e1", "title", "case:1"), ("e1", "note", "case:2")]
)
def test_it_opens_nowhere_else(event: str, field: str, subject: str) -> None:
    key = new_key()
    sealed = seal(key, "e1", "note", "case:1", TEXT)
    assert sealed is not None
    with pytest.raises(BadRecord, match="does not open"):
        open_sealed(key, event, field, subject, sealed)


def test_another_key_does_not_open_it() -> None:
    sealed = seal(new_key(), "e1", "note", "case:1", TEXT)
    assert sealed is not None
    with pytest.raises(BadRecord) as caught:
        open_sealed(new_key(), "e1", "note", "case:1", sealed)
    assert caught.value.code == "record.sealed"


def test_an_empty_text_states_nothing() -> None:
    assert seal(new_key(), "e1", "note", "case:1", "") is None


def test_one_key_a_subject() -> None:
    store = MemoryKeyStore()
    assert store.existing(["a"]) == {}
    first = store.keys(["a", "b"])
    assert first["a"] != first["b"]
    assert store.keys(["b", "a"]) == first
    assert store.existing(["a", "x"]) == {"a": first["a"]}
