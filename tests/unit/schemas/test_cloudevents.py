"""Our headers are what the CloudEvents SDK reads, and what it would write of the same event."""

from __future__ import annotations

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat

from schemas import cloudevents
from schemas.catalogue import EVENTS, event_type

FILED = event_type("linli.complaints.ComplaintFiled")
MARCH = 1_772_299_145_000_001  # 2026-02-28T17:19:05.000001Z


def headers() -> cloudevents.Headers:
    return next(cloudevents.headers(FILED, ["e-1"], ["hotline"], [MARCH]))


def test_the_sdk_reads_them() -> None:
    event = from_binary(KafkaMessage(dict(headers()), b"hotline:7", b"\x00"), JSONFormat())
    assert (event.get_id(), event.get_source(), event.get_type()) == ("e-1", "hotline", FILED.full_name)
    assert event.get_specversion() == "1.0"
    assert event.get_datacontenttype() == "application/avro"
    assert event.get_dataschema() == cloudevents.dataschema(FILED)
    time = event.get_time()
    assert time is not None and time.isoformat() == "2026-02-28T17:19:05.000001+00:00"
    assert to_binary(event, JSONFormat()).headers == {**dict(headers()), "ce_partitionkey": b"hotline:7"}


def test_the_event_id_comes_first() -> None:
    for event in EVENTS:
        assert next(cloudevents.headers(event, ["e-1"], ["s"], [MARCH]))[0] == (cloudevents.ID, b"e-1")


def test_the_schema_is_named_by_its_fingerprint() -> None:
    assert len({cloudevents.dataschema(event) for event in EVENTS}) == len(EVENTS)
    assert cloudevents.dataschema(FILED).startswith("urn:sha256:")
