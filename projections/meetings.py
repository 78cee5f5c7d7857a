"""Meetings 会议: which were held where, who took part, and what became of each matter 议题.

A matter's row carries the meeting's kind and day, so that matters solved by joint meetings 党建联席会 in a month are
counted from one table.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import child_rows, occasion_rows, whole_seconds
from schemas.catalogue import MEETINGS as FAMILY

_MEETING: Final = Column("meeting_id", pl.String, "The meeting.", "会议编号")
_KIND: Final = Column("kind", pl.String, "five_party, three_party, joint, deployment, review, symposium…", "会议类型")
_DAY: Final = Column("day", pl.Date, "Local day of the meeting.", "会议日")
_ATTRIBUTES: Final = (
    "source", "kind", "level", "place_id", "organiser_id", "chair_id", "head_count", "ended_at",
)  # fmt: skip

MEETINGS_TABLE: Final = Table(
    "meetings",
    ("meeting_id",),
    (
        _MEETING,
        Column("source", pl.String, "The feed that states it.", "数据来源"),
        _KIND,
        Column("level", pl.String, "Level at which it was held: community, office, zone…", "层级"),
        Column("place_id", pl.String, "Place that it was about.", "相关地点"),
        Column("organiser_id", pl.String, "Party that called it.", "召集单位"),
        Column("chair_id", pl.String, "Pseudonym of who chaired it.", "主持人"),
        Column("head_count", pl.Int32, "Persons who took part, with those not listed.", "参会人数"),
        Column("at", TIMESTAMP, "When it began.", "会议时间"),
        Column("time_zone", pl.String, "IANA zone in which its day is cut.", "时区"),
        _DAY,
        Column("ended_at", TIMESTAMP, "When it ended.", "结束时间"),
        Column("duration_seconds", pl.Int64, "Whole seconds from beginning to end.", "时长（秒）"),
    ),
)
MEETING_PARTICIPANTS_TABLE: Final = Table(
    "meeting_participants",
    ("meeting_id", "number"),
    (
        _MEETING,
        Column("number", pl.Int32, "Place in the list, from 1.", "序号"),
        Column("party_id", pl.String, "Body represented.", "参会单位"),
        Column("person_id", pl.String, "Pseudonym of the person.", "参会人"),
        Column("capacity", pl.String, "In which capacity: in_post, property_company, resident, reporting…", "身份"),
    ),
)
MEETING_MATTERS_TABLE: Final = Table(
    "meeting_matters",
    ("meeting_id", "matter_id"),
    (
        _MEETING,
        Column("matter_id", pl.String, "The matter, within the meeting.", "议题编号"),
        _KIND,
        _DAY,
        Column("category", pl.String, "Category.", "事项类别"),
        Column("outcome", pl.String, "solved, agreed, assigned, deferred, rejected.", "议定结果"),
        Column("case_id", pl.String, "The case that it is about.", "工单编号"),
        Column("project_id", pl.String, "The project that it is about.", "项目编号"),
        Column("place_id", pl.String, "Place that it is about, as stated for the matter itself.", "相关地点"),
        Column("party_id", pl.String, "Who is to act.", "责任单位"),
        Column("due_on", pl.Date, "Local day by which it is to be done.", "完成期限"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per meeting, as last stated."""
    lives = lives_of(facts)
    if not lives.count:
        return MEETINGS_TABLE.frame()
    told = occasion_rows(lives, lives.of("MeetingHeld"), MEETINGS_TABLE, _ATTRIBUTES)
    lasted = whole_seconds("at", "ended_at").alias("duration_seconds")
    return MEETINGS_TABLE.frame(told.with_columns(lasted).to_dict())


def participants(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per participant that a meeting lists."""
    lives = lives_of(facts)
    if not lives.count:
        return MEETING_PARTICIPANTS_TABLE.frame()
    told = child_rows(lives, lives.of("MeetingHeld"), "participants", MEETING_PARTICIPANTS_TABLE)
    return MEETING_PARTICIPANTS_TABLE.frame(told.to_dict())


def matters(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per matter that a meeting dealt with."""
    lives = lives_of(facts)
    if not lives.count:
        return MEETING_MATTERS_TABLE.frame()
    told = child_rows(lives, lives.of("MeetingHeld"), "matters", MEETING_MATTERS_TABLE, parent=("kind", "day"))
    return MEETING_MATTERS_TABLE.frame(told.to_dict())


MEETINGS: Final = Projection("meetings", 1, FAMILY, MEETINGS_TABLE, rows)
MEETING_PARTICIPANTS: Final = Projection("meeting_participants", 1, FAMILY, MEETING_PARTICIPANTS_TABLE, participants)
MEETING_MATTERS: Final = Projection("meeting_matters", 1, FAMILY, MEETING_MATTERS_TABLE, matters)
