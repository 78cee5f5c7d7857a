"""Which events exist, and in which order they stand when their times are equal.

Adding an event: one file `schemas/avsc/<family>/<Name>.avsc` and one line in `EVENTS`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

COMMON_FIELDS = (
    "event_id",
    "occurred_at",
    "revised_at",
    "received_at",
    "source",
    "source_ref",
    "origin",
    "actor",
    "supersedes",
)
"""The first fields of every event, in this order (see docs: the event contract)."""


@dataclass(frozen=True, slots=True)
class Family:
    """Events about one kind of entity, on one topic, keyed by that entity's id."""

    name: str
    key: str

    @property
    def topic(self) -> str:
        return f"linli.{self.name}"


COMPLAINTS = Family("complaints", "case_id")
PLACES = Family("places", "place_id")
PARTIES = Family("parties", "party_id")
ZONES = Family("zones", "assignment_id")

FAMILIES = (COMPLAINTS, PLACES, PARTIES, ZONES)


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event. `rank` orders events of one entity at the same instant; `once`: occurs once in an entity's life."""

    name: str
    family: Family
    rank: int
    once: bool = False

    @property
    def full_name(self) -> str:
        """Avro full name, which is also the CloudEvents type."""
        return f"linli.{self.family.name}.{self.name}"

    @property
    def subject(self) -> str:
        """Subject in the schema registry: TopicRecordNameStrategy."""
        return f"{self.family.topic}-{self.full_name}"


# Ranks follow the life cycle of a case (受理 → 派单 → 签收 → 办理 → 核查 → 回访 → 结案). Since many sources state times to the
# minute, they decide what came first within one. They are published and never change.
EVENTS = (
    EventType("ComplaintFiled", COMPLAINTS, 100, once=True),
    EventType("ComplaintVerified", COMPLAINTS, 110),
    EventType("ComplaintEstablished", COMPLAINTS, 120),
    EventType("ComplaintReclassified", COMPLAINTS, 130),
    EventType("ComplaintRelocated", COMPLAINTS, 140),
    EventType("ComplaintDuplicateLinked", COMPLAINTS, 150),
    EventType("ComplaintDuplicateUnlinked", COMPLAINTS, 160),
    EventType("ComplaintListed", COMPLAINTS, 170),
    EventType("ComplaintReopened", COMPLAINTS, 180),
    EventType("ComplaintReworked", COMPLAINTS, 190),
    EventType("ComplaintEscalated", COMPLAINTS, 200),
    EventType("ComplaintDispatched", COMPLAINTS, 210),
    EventType("ComplaintSignedFor", COMPLAINTS, 220),
    EventType("ComplaintReturnRequested", COMPLAINTS, 230),
    EventType("ComplaintReturnDecided", COMPLAINTS, 240),
    EventType("ComplaintExtensionRequested", COMPLAINTS, 250),
    EventType("ComplaintExtensionDecided", COMPLAINTS, 260),
    EventType("ComplaintSuspensionRequested", COMPLAINTS, 270),
    EventType("ComplaintSuspensionDecided", COMPLAINTS, 280),
    EventType("ComplaintResumed", COMPLAINTS, 290),
    EventType("ComplaintUrged", COMPLAINTS, 300),
    EventType("ComplaintSupervised", COMPLAINTS, 310),
    EventType("ComplaintCoordinatedOnline", COMPLAINTS, 320),
    EventType("ComplaintMediated", COMPLAINTS, 330),
    EventType("ComplaintHandled", COMPLAINTS, 340),
    EventType("ComplaintChecked", COMPLAINTS, 350),
    EventType("ComplaintFollowedUp", COMPLAINTS, 360),
    EventType("ComplaintNoteAdded", COMPLAINTS, 370),
    EventType("ComplaintAssessmentAppealed", COMPLAINTS, 380),
    EventType("ComplaintAssessmentAppealDecided", COMPLAINTS, 390),
    EventType("ComplaintDelisted", COMPLAINTS, 400),
    EventType("ComplaintAnsweredDirectly", COMPLAINTS, 410),
    EventType("ComplaintRefused", COMPLAINTS, 420),
    EventType("ComplaintWithdrawn", COMPLAINTS, 430),
    EventType("ComplaintVoided", COMPLAINTS, 440),
    EventType("ComplaintClosed", COMPLAINTS, 450),
    EventType("EventAnnulled", COMPLAINTS, 900),
    EventType("PlaceRegistered", PLACES, 100, once=True),
    EventType("PlaceMoved", PLACES, 200),
    EventType("AliasDeclared", PLACES, 300),
    EventType("PlaceRetired", PLACES, 400),
    EventType("EventAnnulled", PLACES, 900),
    EventType("PartyRegistered", PARTIES, 100, once=True),
    EventType("PartyAssessed", PARTIES, 200),
    EventType("AliasDeclared", PARTIES, 300),
    EventType("PartyDissolved", PARTIES, 400),
    EventType("EventAnnulled", PARTIES, 900),
    EventType("ResponsibilityAssigned", ZONES, 100, once=True),
    EventType("ResponsibilityEnded", ZONES, 200),
    EventType("EventAnnulled", ZONES, 900),
)

_BY_FULL_NAME = {event.full_name: event for event in EVENTS}
_FAMILY_BY_TOPIC = {family.topic: family for family in FAMILIES}


def event_type(full_name: str) -> EventType:
    """The event type of an Avro full name; KeyError when this release does not know it."""
    return _BY_FULL_NAME[full_name]


def family_of(topic: str) -> Family:
    """The family whose events a topic carries; KeyError when it is none of ours."""
    return _FAMILY_BY_TOPIC[topic]


def events_of(family: Family) -> tuple[EventType, ...]:
    """The event types of a family, in the order of `EVENTS`."""
    return tuple(event for event in EVENTS if event.family is family)


@cache
def schema_text(event: EventType) -> str:
    """The released .avsc file, to the letter."""
    return files("schemas").joinpath("avsc", event.family.name, f"{event.name}.avsc").read_text(encoding="utf-8")


@cache
def schema_of(event: EventType) -> dict[str, Any]:
    """The .avsc file as parsed JSON. Shared: do not change it."""
    schema: dict[str, Any] = json.loads(schema_text(event))
    return schema


@cache
def encrypted_fields(event: EventType) -> dict[str, str]:
    """Fields that are ciphertext → the field that names whose key they are under (design §10)."""
    return {field["name"]: field["encrypted_for"] for field in schema_of(event)["fields"] if "encrypted_for" in field}
