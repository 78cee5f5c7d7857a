"""Irregularities 异常情况: what is odd about a case's facts, listed and never silently repaired."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from projections.cases import cases
from projections.course import course
from projections.dispatches import dispatches
from projections.handling import handling
from projections.lives import Ints, Lives, lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from schemas.catalogue import COMPLAINTS

KINDS: Final = {
    "no_founding_fact": "The case has no filing: it stands in no roll-up. 缺少受理记录",
    "time_substituted": "A record lacks its time and another of its times was taken; detail: event type. 时间为替代值",
    "dispatch_not_created": "A step names a dispatch that nobody made; detail: dispatch id. 派单缺失",
    "negative_duration": "A stage ends before it begins; detail: stage, and dispatch id. 时长为负",
    "time_zone_unknown": "The filing names an unknown time zone, the default is used; detail: the name. 时区未知",
    "annulment_cycle": "Statements annul each other in a circle, none of them counts; detail: event type. 作废循环",
    "annulment_foreign": "A statement names what is not (or not yet) the case's; detail: event type. 作废对象不属本件",
}
"""Kind → what it means."""

ENDS_OF_CASES: Final = {
    "filed_to_closed": "closed_at",
    "filed_to_dispatched": "dispatched_at",
    "handled_to_followed_up": "followed_up_at",
}
ENDS_OF_DISPATCHES: Final = {"dispatched_to_signed": "signed_at", "dispatched_to_handled": "handled_at"}
"""Stage → the column that tells its end."""

IRREGULARITIES_TABLE: Final = Table(
    "irregularities",
    ("case_id", "kind", "detail"),
    (
        Column("case_id", pl.String, "The case.", "工单编号"),
        Column("kind", pl.String, "What kind: no_founding_fact, time_substituted…", "异常类型"),
        Column("detail", pl.String, "What exactly; empty where the kind says it all.", "说明"),
        Column("at", TIMESTAMP, "When the fact at fault occurred; the first of several.", "发生时间"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per case, kind and detail; usually none."""
    lives = lives_of(facts)
    found = [
        *_marked(facts),
        *_filing(lives),
        *_substituted(lives),
        *_not_created(lives),
        *_negative(cases(lives), ENDS_OF_CASES, pl.lit("")),
        *_negative(dispatches(lives), ENDS_OF_DISPATCHES, pl.lit(":") + pl.col("dispatch_id")),
    ]
    if not found:
        return IRREGULARITIES_TABLE.frame()
    union = pl.concat(found)
    return IRREGULARITIES_TABLE.frame(union.group_by("case_id", "kind", "detail").agg(pl.col("at").min()).to_dict())


def _marked(facts: pl.DataFrame) -> list[pl.DataFrame]:
    """What `projections.facts` found."""
    if facts["irregular"].null_count() == facts.height:
        return []
    marks = facts.filter(pl.col("irregular").is_not_null())
    return [
        marks.select(
            pl.col("key").alias("case_id"),
            pl.col("irregular").alias("kind"),
            "detail",
            pl.col("occurred_at").alias("at"),
        )
    ]


def _filing(lives: Lives) -> list[pl.DataFrame]:
    if not lives.count:
        return []
    told = course(lives)
    unfounded = np.flatnonzero(told.filed < 0)
    unknown = np.flatnonzero(told.zone_unknown.to_numpy())
    names = lives.value("time_zone", told.told[unknown])
    return [
        *_listed(lives, "no_founding_fact", lives.starts[unfounded]),
        *_listed(lives, "time_zone_unknown", told.told[unknown], names),
    ]


def _substituted(lives: Lives) -> list[pl.DataFrame]:
    basis = lives.facts["occurred_at_basis"]
    if basis.null_count() == len(basis):
        return []
    positions = np.flatnonzero((basis == "substituted").fill_null(value=False).to_numpy())
    return _listed(lives, "time_substituted", positions, lives.value("type", positions).cast(pl.String))


def _not_created(lives: Lives) -> list[pl.DataFrame]:
    if not lives.count:
        return []
    entries = handling(lives).dispatches
    only_named = np.flatnonzero(entries.created < 0)
    return _listed(lives, "dispatch_not_created", entries.begin[only_named], entries.ids.gather(only_named))


def _negative(rows: pl.DataFrame, stages: dict[str, str], what: pl.Expr) -> list[pl.DataFrame]:
    return [
        rows.filter(pl.col(f"{stage}_seconds") < 0).select(
            "case_id",
            pl.lit("negative_duration").alias("kind"),
            (pl.lit(stage) + what).alias("detail"),
            pl.col(end).alias("at"),
        )
        for stage, end in stages.items()
        if (rows[f"{stage}_seconds"] < 0).any()
    ]


def _listed(lives: Lives, kind: str, positions: Ints, details: pl.Series | None = None) -> list[pl.DataFrame]:
    """The facts at these positions as irregularities of a kind."""
    if not len(positions):
        return []
    told = {"case_id": lives.keys.gather(lives.entity[positions]), "at": lives.value("occurred_at", positions)}
    detail = pl.lit("") if details is None else details.alias("detail")
    frame = pl.DataFrame(told).with_columns(pl.lit(kind).alias("kind"), detail.alias("detail"))
    return [frame.select(IRREGULARITIES_TABLE.names)]


IRREGULARITIES: Final = Projection("irregularities", 1, COMPLAINTS, IRREGULARITIES_TABLE, rows)
