"""The registry gives each schema its id, refuses what would break readers, and is waited for when it is away."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pytest

from schemas import catalogue, registry
from schemas.catalogue import COMPLAINTS, EVENTS, EventType, Family
from schemas.codec import decode_block
from schemas.errors import BadRecord, Refused, Unavailable
from schemas.registry import COMPATIBILITY, Registry, differences

pytestmark = pytest.mark.integration


def test_registering_is_repeatable_and_ids_lead_back(registry_url: str) -> None:
    first = Registry(registry_url).register_all()
    again = Registry(registry_url)
    assert again.register_all() == first
    assert again.compatibility() == COMPATIBILITY
    for event in EVENTS:
        schema = again.by_id(again.id_of(event))
        assert schema.event is event
        assert again.fits(event)
        assert [differences(event, text) for text in again.versions(event)] == [[]]
    assert len(set(first.values())) == len(EVENTS)
    assert decode_block(again.by_id(first[EVENTS[0].full_name]), [], []).frame.height == 0


def test_an_unknown_id_is_a_bad_record(registry_url: str) -> None:
    with pytest.raises(BadRecord) as caught:
        Registry(registry_url).by_id(2_000_000)
    assert caught.value.code == "record.schema_unknown"


@pytest.fixture
def imagined(monkeypatch: pytest.MonkeyPatch) -> EventType:
    """An event type of a family of its own, so that its subject is new to the registry."""
    event = replace(EVENTS[0], family=Family(f"imagined_{uuid.uuid4().hex}", COMPLAINTS.key))
    text = catalogue.schema_text(EVENTS[0])
    texts = {event: text}
    monkeypatch.setattr(registry, "schema_text", lambda asked: texts[asked])
    monkeypatch.setattr(registry, "schema_of", lambda asked: json.loads(texts[asked]))
    event_texts[event.full_name] = texts
    return event


event_texts: dict[str, dict[EventType, str]] = {}


def test_a_schema_that_breaks_readers_is_refused_by_name(registry_url: str, imagined: EventType) -> None:
    texts = event_texts[imagined.full_name]
    released = texts[imagined]
    client = Registry(registry_url)
    client.register_all([imagined])
    schema = json.loads(released)
    schema["fields"].append({"name": "mandatory", "type": "string", "doc": "x"})
    texts[imagined] = json.dumps(schema)
    assert not Registry(registry_url).fits(imagined)
    with pytest.raises(Refused) as caught:
        Registry(registry_url).register_all([imagined])
    assert caught.value.code == "refused.schema_incompatible"
    assert differences(imagined, released) == ['+ mandatory: "string"']
    schema["fields"][-1] |= {"type": ["null", "string"], "default": None}
    texts[imagined] = json.dumps(schema)
    newer = Registry(registry_url)
    assert newer.fits(imagined)
    newer.register_all([imagined])
    assert len(newer.versions(imagined)) == 2


def test_what_was_never_registered(registry_url: str, imagined: EventType) -> None:
    with pytest.raises(Refused) as caught:
        Registry(registry_url).id_of(imagined)
    assert caught.value.code == "refused.schema_unregistered"


def test_a_registry_that_is_away() -> None:
    with pytest.raises(Unavailable) as caught:
        Registry("http://127.0.0.1:9/apis/ccompat/v7", tries=0).by_id(1)
    assert caught.value.code == "part.registry"
