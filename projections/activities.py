"""Activities 活动: what was done with or for residents, by whom, with how many, and which services were given at it."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import (
    AGE_GROUP,
    AT,
    BENEFICIARIES,
    CENTRE,
    DAY,
    FACILITY,
    FORMAT,
    NATURE,
    NUMBER,
    PLACE,
    SERVICE,
    SOURCE,
    TEAM,
    TIME_ZONE,
)  # fmt: skip
from projections.lives import lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import occasion_rows, whole_seconds
from projections.registers import entry_rows
from schemas.catalogue import SERVICES as FAMILY

_HELD: Final = "ActivityHeld"
_ATTRIBUTES: Final = (
    "source", "kind", "format", "facility_id", "centre_id", "place_id", "party_id", "for_party_id", "team_id", "nature",
    "age_group", "head_count", "beneficiaries", "ended_at",
)  # fmt: skip

ACTIVITIES_TABLE: Final = Table(
    "activities",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        TIME_ZONE,
        Column("kind", pl.String, "free_clinic, policy_talk, lecture, after_school, party_day…", "活动类型"),
        FORMAT,
        FACILITY,
        CENTRE,
        PLACE,
        Column("party_id", pl.String, "Body that held it.", "主办单位"),
        Column("for_party_id", pl.String, "Enterprise or other body that it was for.", "服务对象单位"),
        TEAM,
        NATURE,
        AGE_GROUP,
        Column("head_count", pl.Int32, "Persons who took part, with those not listed.", "参加人数"),
        Column("beneficiaries", pl.Int32, "Residents served in all.", "受益人数"),
        AT,
        DAY,
        Column("hour", pl.Int32, "Local hour of `at`, 0 to 23.", "发生时段（时）"),
        Column("ended_at", TIMESTAMP, "When it ended.", "结束时间"),
        Column("duration_seconds", pl.Int64, "From begin to end, in seconds.", "时长（秒）"),
    ),
)
ACTIVITY_PARTIES_TABLE: Final = Table(
    "activity_parties",
    ("service_id", "party_id"),
    (SERVICE, Column("party_id", pl.String, "Body that held it with that one.", "协办单位")),
)
ACTIVITY_PARTICIPANTS_TABLE: Final = Table(
    "activity_participants",
    ("service_id", "number"),
    (
        SERVICE,
        NUMBER,
        Column("person_id", pl.String, "Pseudonym of who took part.", "参加人"),
        Column("party_id", pl.String, "Body that the person came from.", "所属单位"),
        Column("capacity", pl.String, "party_member, volunteer, resident…", "身份"),
    ),
)
ACTIVITY_SERVICES_TABLE: Final = Table(
    "activity_services",
    ("service_id", "number"),
    (
        SERVICE,
        NUMBER,
        Column("kind", pl.String, "free_clinic, policy_talk, haircut, repair…", "服务类型"),
        BENEFICIARIES,
    ),
)
ACTIVITY_CASES_TABLE: Final = Table(
    "activity_cases",
    ("service_id", "case_id"),
    (SERVICE, Column("case_id", pl.String, "Case that a matter registered at it became.", "收集事项工单")),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per activity, as last stated."""
    lives = lives_of(facts)
    if not lives.count:
        return ACTIVITIES_TABLE.frame()
    told = occasion_rows(lives, lives.of(_HELD), ACTIVITIES_TABLE, _ATTRIBUTES)
    lasted = whole_seconds("at", "ended_at").alias("duration_seconds")
    return ACTIVITIES_TABLE.frame(told.with_columns(lasted).to_dict())


def parties(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per activity and body that held it with the first one."""
    return entry_rows(facts, ACTIVITY_PARTIES_TABLE, _HELD, "party_ids")


def participants(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per activity and entry of its list of participants."""
    return entry_rows(facts, ACTIVITY_PARTICIPANTS_TABLE, _HELD, "participants")


def services(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per activity and service given at it."""
    return entry_rows(facts, ACTIVITY_SERVICES_TABLE, _HELD, "services")


def cases(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per activity and case that came of it."""
    return entry_rows(facts, ACTIVITY_CASES_TABLE, _HELD, "case_ids")


ACTIVITIES: Final = Projection("activities", 1, FAMILY, ACTIVITIES_TABLE, rows)
ACTIVITY_PARTIES: Final = Projection("activity_parties", 1, FAMILY, ACTIVITY_PARTIES_TABLE, parties)
ACTIVITY_PARTICIPANTS: Final = Projection("activity_participants", 1, FAMILY, ACTIVITY_PARTICIPANTS_TABLE, participants)
ACTIVITY_SERVICES: Final = Projection("activity_services", 1, FAMILY, ACTIVITY_SERVICES_TABLE, services)
ACTIVITY_CASES: Final = Projection("activity_cases", 1, FAMILY, ACTIVITY_CASES_TABLE, cases)
