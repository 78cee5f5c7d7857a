"""Assessments 考评: how each party was scored, over which period, and what the score feeds 结果运用."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.local_days import zones_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import joined, local_days
from projections.validity import each_stated
from schemas.catalogue import PARTIES as FAMILY

_ATTRIBUTES: Final = (
    "source", "occurred_at", "period_from", "period_to", "score", "maximum", "grade", "criteria", "feeds",
)  # fmt: skip

ASSESSMENTS_TABLE: Final = Table(
    "assessments",
    ("party_id", "assessment_id"),
    (
        Column("party_id", pl.String, "The party assessed.", "主体编号"),
        Column("assessment_id", pl.String, "The assessment, within the party.", "考评编号"),
        Column("source", pl.String, "The register that states it.", "数据来源"),
        Column("period_from", pl.Date, "First local day of the period.", "考评起日"),
        Column("period_to", pl.Date, "First local day after the period.", "考评止日"),
        Column("score", pl.Float64, "Score, in points of maximum.", "得分"),
        Column("maximum", pl.Float64, "Greatest score possible.", "满分"),
        Column("grade", pl.String, "Code of the grade.", "等次"),
        Column("criteria", pl.String, "Codes of the criteria, sorted, joined by commas; null: none.", "考评标准"),
        Column("feeds", pl.String, "What it feeds: credit, industry, bidding; sorted, joined by commas.", "结果运用"),
        Column("at", TIMESTAMP, "When it was made.", "考评时间"),
        Column("time_zone", pl.String, "IANA zone in which its day is cut.", "时区"),
        Column("day", pl.Date, "Local day of that.", "考评日"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per party and assessment, as last stated, whether or not the party is registered (yet)."""
    lives = lives_of(facts)
    if not lives.count:
        return ASSESSMENTS_TABLE.frame()
    stated = each_stated(lives, lives.of("PartyAssessed"), "assessment_id", _ATTRIBUTES)
    zones, _ = zones_of(pl.Series([None] * stated.height, dtype=pl.String))
    day = local_days(zones, stated["occurred_at"].to_physical().to_numpy())
    told = stated.with_columns(zones.alias("time_zone"), day.alias("day"), *joined("criteria", "feeds"))
    return ASSESSMENTS_TABLE.frame(told.rename({"key": "party_id", "occurred_at": "at"}).to_dict())


ASSESSMENTS: Final = Projection("assessments", 1, FAMILY, ASSESSMENTS_TABLE, rows)
