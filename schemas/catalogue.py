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
    doc: str = ""
    """What it is about, English then Chinese."""

    @property
    def topic(self) -> str:
        return f"linli.{self.name}"


COMPLAINTS = Family("complaints", "case_id", "Residents' matters, and what is done about them. 诉求工单")
PLACES = Family("places", "place_id", "Places, from the city down to the unit of a building. 地点")
PARTIES = Family("parties", "party_id", "Bodies that can be answerable. 主体（单位）")
ZONES = Family("zones", "assignment_id", "Who answers for which place, in which duty. 责任区")
PERSONS = Family("persons", "person_id", "Persons under pseudonyms, their offices and posts. 人员与任职")
AGREEMENTS = Family("agreements", "agreement_id", "Pairings, and facilities linked to a hub. 共建与联建")
RULES = Family("rules", "rule_id", "Code lists, limits, calendars, periods, metrics, obligations: rules are data. 规则")
VISITS = Family("visits", "visit_id", "Visits to people and places. 走访")
MEETINGS = Family("meetings", "meeting_id", "Meetings and their matters. 会议与议题")
HAZARDS = Family("hazards", "hazard_id", "Hazards found and cleared. 隐患")
SERVICES = Family("services", "service_id", "Activities, services, teams, posts, centres, facilities, resources. 服务")
PROJECTS = Family("projects", "project_id", "Projects, from the list to the end. 项目")
DEVICES = Family("devices", "device_id", "Devices that report by themselves. 设备")
ALARMS = Family("alarms", "alarm_id", "Alarms raised and cleared. 报警")
PRIVACY = Family("privacy", "subject_id", "Who read whose texts, and whose were erased. 个人信息")
AUDIT = Family("audit", "record_id", "What was done to the record itself: imports, keys, grants, reports. 审计")

FAMILIES = (
    COMPLAINTS,
    PLACES,
    PARTIES,
    ZONES,
    PERSONS,
    AGREEMENTS,
    RULES,
    VISITS,
    MEETINGS,
    HAZARDS,
    SERVICES,
    PROJECTS,
    DEVICES,
    ALARMS,
    PRIVACY,
    AUDIT,
)


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
    EventType("PersonProfiled", PERSONS, 100),
    EventType("PersonAppointed", PERSONS, 200),
    EventType("AppointmentEnded", PERSONS, 300),
    EventType("EventAnnulled", PERSONS, 900),
    EventType("PairingSigned", AGREEMENTS, 100, once=True),
    EventType("FacilityLinked", AGREEMENTS, 110, once=True),
    EventType("AgreementEnded", AGREEMENTS, 200),
    EventType("EventAnnulled", AGREEMENTS, 900),
    EventType("CategoryDefined", RULES, 100, once=True),
    EventType("ServiceLevelSet", RULES, 110, once=True),
    EventType("CalendarPublished", RULES, 120, once=True),
    EventType("PeriodDefined", RULES, 130, once=True),
    EventType("MetricDefined", RULES, 140, once=True),
    EventType("ObligationSet", RULES, 150, once=True),
    EventType("EscalationLadderSet", RULES, 160, once=True),
    EventType("AlarmRuleSet", RULES, 170, once=True),
    EventType("RuleEnded", RULES, 200),
    EventType("EventAnnulled", RULES, 900),
    EventType("VisitMade", VISITS, 100, once=True),
    EventType("EventAnnulled", VISITS, 900),
    EventType("MeetingHeld", MEETINGS, 100, once=True),
    EventType("EventAnnulled", MEETINGS, 900),
    EventType("HazardFound", HAZARDS, 100, once=True),
    EventType("HazardCleared", HAZARDS, 200),
    EventType("EventAnnulled", HAZARDS, 900),
    EventType("CentreOpened", SERVICES, 100, once=True),
    EventType("FacilityOpened", SERVICES, 110, once=True),
    EventType("TeamFormed", SERVICES, 120, once=True),
    EventType("BoardInstalled", SERVICES, 130, once=True),
    EventType("PostEstablished", SERVICES, 140, once=True),
    EventType("ActivityHeld", SERVICES, 150, once=True),
    EventType("ServiceRendered", SERVICES, 160, once=True),
    EventType("ServiceUsed", SERVICES, 170, once=True),
    EventType("ResourceListed", SERVICES, 180),
    EventType("OperatorAppointed", SERVICES, 190),
    EventType("OperatorEnded", SERVICES, 200),
    EventType("ServiceEnded", SERVICES, 300),
    EventType("EventAnnulled", SERVICES, 900),
    EventType("ProjectListed", PROJECTS, 100, once=True),
    EventType("ProjectProgressed", PROJECTS, 200),
    EventType("ProjectFinished", PROJECTS, 300),
    EventType("EventAnnulled", PROJECTS, 900),
    EventType("DeviceRegistered", DEVICES, 100, once=True),
    EventType("DeviceMoved", DEVICES, 200),
    EventType("DeviceRetired", DEVICES, 300),
    EventType("EventAnnulled", DEVICES, 900),
    EventType("AlarmRaised", ALARMS, 100, once=True),
    EventType("AlarmCleared", ALARMS, 200),
    EventType("EventAnnulled", ALARMS, 900),
    EventType("SubjectRead", PRIVACY, 100),
    EventType("SubjectErased", PRIVACY, 200, once=True),
    EventType("EventAnnulled", PRIVACY, 900),
    EventType("FileImported", AUDIT, 100),
    EventType("MappingChanged", AUDIT, 110),
    EventType("SchemaRegistered", AUDIT, 120),
    EventType("KeyRotated", AUDIT, 130),
    EventType("DeadLetterResent", AUDIT, 140),
    EventType("DeadLetterDiscarded", AUDIT, 150),
    EventType("ProjectionSwitched", AUDIT, 160),
    EventType("ReportPublished", AUDIT, 170),
    EventType("SourceChanged", AUDIT, 180),
    EventType("SourceSilent", AUDIT, 190),
    EventType("ClockTicked", AUDIT, 200),
    EventType("AccessGranted", AUDIT, 210),
    EventType("AccessRevoked", AUDIT, 220),
    EventType("EventAnnulled", AUDIT, 900),
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
