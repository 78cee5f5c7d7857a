"""Visits 走访: who went to see whom, where, on which day, and which demands 诉求 came of it."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import child_rows, occasion_rows
from schemas.catalogue import VISITS as FAMILY

_VISIT: Final = Column("visit_id", pl.String, "The visit.", "走访编号")
_ATTRIBUTES: Final = (
    "source", "kind", "visitor_id", "party_id", "team_id", "place_id", "visited_party_id", "household_id", "premises",
    "visitors_from", "head_count", "reached", "duration_seconds",
)  # fmt: skip

VISITS_TABLE: Final = Table(
    "visits",
    ("visit_id",),
    (
        _VISIT,
        Column("source", pl.String, "The feed that states it.", "数据来源"),
        Column(
            "kind", pl.String, "household, leader, inspection, publicity, rule_check, study, telephone…", "走访类型"
        ),
        Column("visitor_id", pl.String, "Pseudonym of who visited.", "走访人"),
        Column("party_id", pl.String, "Body on whose behalf.", "走访单位"),
        Column("team_id", pl.String, "service_id of the team.", "走访队伍"),
        Column("place_id", pl.String, "Place visited.", "走访地点"),
        Column("visited_party_id", pl.String, "Body visited.", "走访对象单位"),
        Column("household_id", pl.String, "Pseudonym of the household visited.", "走访户（化名）"),
        Column("premises", pl.String, "home, shop, enterprise, compound, centre…", "场所类型"),
        Column("visitors_from", pl.String, "Where the visitors of a study visit came from.", "来访地区"),
        Column("head_count", pl.Int32, "Persons who came.", "走访人数"),
        Column("reached", pl.Boolean, "Whether anybody was met or answered; null: not told.", "是否见面"),
        Column("at", TIMESTAMP, "When.", "走访时间"),
        Column("time_zone", pl.String, "IANA zone in which its day is cut.", "时区"),
        Column("day", pl.Date, "Local day.", "走访日"),
        Column("duration_seconds", pl.Int64, "How long it took, in seconds.", "时长（秒）"),
    ),
)
VISIT_DEMANDS_TABLE: Final = Table(
    "visit_demands",
    ("visit_id", "demand_id"),
    (
        _VISIT,
        Column("demand_id", pl.String, "The demand, within the visit.", "诉求编号"),
        Column("category", pl.String, "Category.", "事项类别"),
        Column("case_id", pl.String, "The case that it became; null: none (yet).", "工单编号"),
    ),
)
VISIT_TOPICS_TABLE: Final = Table(
    "visit_topics",
    ("visit_id", "topic"),
    (_VISIT, Column("topic", pl.String, "Code of what was talked about or looked at.", "走访事项")),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per visit, as last stated."""
    lives = lives_of(facts)
    if not lives.count:
        return VISITS_TABLE.frame()
    return VISITS_TABLE.frame(occasion_rows(lives, lives.of("VisitMade"), VISITS_TABLE, _ATTRIBUTES).to_dict())


def demands(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per demand that a visit raised."""
    lives = lives_of(facts)
    if not lives.count:
        return VISIT_DEMANDS_TABLE.frame()
    return VISIT_DEMANDS_TABLE.frame(child_rows(lives, lives.of("VisitMade"), "demands", VISIT_DEMANDS_TABLE).to_dict())


def topics(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per visit and topic."""
    lives = lives_of(facts)
    if not lives.count:
        return VISIT_TOPICS_TABLE.frame()
    told = child_rows(lives, lives.of("VisitMade"), "topics", VISIT_TOPICS_TABLE, item="topic")
    return VISIT_TOPICS_TABLE.frame(told.to_dict())


VISITS: Final = Projection("visits", 1, FAMILY, VISITS_TABLE, rows)
VISIT_DEMANDS: Final = Projection("visit_demands", 1, FAMILY, VISIT_DEMANDS_TABLE, demands)
VISIT_TOPICS: Final = Projection("visit_topics", 1, FAMILY, VISIT_TOPICS_TABLE, topics)
