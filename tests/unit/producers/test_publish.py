"""What a source states becomes a valid event: identified, sealed, encoded, addressed."""

from __future__ import annotations

from typing import Any

import pytest

from producers.log import MemoryLog
from producers.publish import Publisher, Statement
from schemas.catalogue import event_type
from schemas.codec import CatalogueSchemas, unframe
from schemas.errors import BadInput, BadRecord
from schemas.privacy import MemoryKeyStore, open_sealed

FILED = event_type("linli.complaints.ComplaintFiled")
NOW = 1_772_299_145_000_000


def statement(**more: Any) -> Statement:
    return {"source": "hotline", "source_ref": "7", "case_id": "hotline:7", "occurred_at": NOW - 10, **more}


@pytest.fixture
def publisher() -> Publisher:
    return Publisher(CatalogueSchemas(), MemoryLog(), b"k" * 32, MemoryKeyStore(), lambda: NOW)


def written(publisher: Publisher) -> list[dict[str, Any]]:
    assert isinstance(publisher.log, MemoryLog)
    pairs = [unframe(record.value) for record in publisher.log.records]
    return [publisher.schemas.by_id(schema_id).decode(body) for schema_id, body in pairs]


def test_the_envelope(publisher: Publisher) -> None:
    ids = publisher.publish(FILED, [statement(category="noise")])
    (event,) = written(publisher)
    assert event["event_id"] == ids[0]
    assert (event["received_at"], event["supersedes"], event["tags"], event["due_at"]) == (NOW, [], [], None)
    assert isinstance(publisher.log, MemoryLog)
    (record,) = publisher.log.records
    assert (record.topic, record.key, record.event_id) == ("linli.complaints", b"hotline:7", ids[0])
    assert record.headers[0] == ("ce_id", ids[0].encode())


def test_the_same_statement_is_the_same_event(publisher: Publisher) -> None:
    told = statement(description="楼道乱堆杂物", origin="a.csv#1")
    first = publisher.publish(FILED, [told])
    assert publisher.publish(FILED, [{**told, "origin": "b.csv#9", "revised_at": 5}]) == first
    assert publisher.event_ids(FILED, [told]) == first
    one, other = written(publisher)
    assert one["description"] == other["description"] != None  # noqa: E711  bytes, and not None
    assert publisher.event_ids(FILED, [statement(description="楼道乱堆杂物!")]) != first


def test_the_source_s_own_version_decides_where_it_has_one(publisher: Publisher) -> None:
    first = publisher.publish(FILED, [statement(category="a", _version="3")])
    assert publisher.event_ids(FILED, [statement(category="b", _version="3")]) == first
    assert publisher.event_ids(FILED, [statement(category="b", _version="4")]) != first


def test_free_text_is_sealed_under_the_case_s_key(publisher: Publisher) -> None:
    ids = publisher.publish(FILED, [statement(description="门牌 3-502"), statement(description="")])
    event, empty = written(publisher)
    assert b"3-502" not in event["description"]
    key = publisher.key_store.existing(["hotline:7"])["hotline:7"]
    assert open_sealed(key, ids[0], "description", "hotline:7", event["description"]) == "门牌 3-502"
    assert empty["description"] is None


def test_the_future_is_refused_before_anything_is_written(publisher: Publisher) -> None:
    late = statement(occurred_at=NOW + 301 * 1_000_000, origin="a.csv#row 4")
    with pytest.raises(BadInput) as caught:
        publisher.publish(FILED, [statement(), late])
    assert (caught.value.code, caught.value.where) == ("input.future", "a.csv#row 4")
    assert written(publisher) == []
    publisher.publish(FILED, [statement(occurred_at=NOW + 299 * 1_000_000)])


def test_a_statement_that_does_not_fit_writes_nothing(publisher: Publisher) -> None:
    with pytest.raises(BadRecord):
        publisher.publish(FILED, [statement(), statement(category=3)])
    assert written(publisher) == []
