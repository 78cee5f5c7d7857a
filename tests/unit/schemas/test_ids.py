"""Identity is a function of what is stated, and of nothing else."""

from __future__ import annotations

import uuid

from schemas.ids import entity_id, event_id, pseudonym

KEY = b"k" * 32
NAME = "linli.complaints.ComplaintFiled"


def identify(source: str = "hotline", ref: str = "1", version: object = "v1", key: bytes = KEY) -> str:
    return event_id(key, source, ref, NAME, version)  # type: ignore[arg-type]


def test_it_never_changes() -> None:
    """The digests come from `openssl dgst -sha256 -hmac`."""
    assert identify() == "14918c2a-ecd2-89f6-b078-5b5a3ebf971f"
    assert identify(version=("噪声", None, 28.5, None)) == "14202c1c-7647-890d-8cd7-083ae9b7fc42"


def test_it_is_a_version_8_uuid_of_the_rfc_variant() -> None:
    for number in range(50):
        parsed = uuid.UUID(identify(ref=str(number)))
        assert (parsed.version, parsed.variant) == (8, uuid.RFC_4122)


def test_each_part_counts() -> None:
    base = identify()
    others = {identify(source="x"), identify(ref="2"), identify(version="v2"), identify(key=b"j" * 32)}
    assert base not in others
    assert len(others) == 4


def test_a_nullable_field_added_later_changes_no_id() -> None:
    assert identify(version=("a", None, "b")) == identify(version=["a", None, "b", None, None])
    assert identify(version=("a", None, "b")) != identify(version=("a", "b"))
    assert identify(version=(None, None)) == identify(version=())


def test_parts_cannot_run_into_each_other() -> None:
    assert identify(source="a", ref="b:c") != identify(source="a:b", ref="c")


def test_entity_ids() -> None:
    assert entity_id("hotline", "12:3") == "hotline:12:3"
    told = pseudonym(KEY, "hotline", "13800000000")
    assert told.startswith("hotline:") and "138" not in told.removeprefix("hotline:")[:3]
    assert told != pseudonym(b"j" * 32, "hotline", "13800000000")
