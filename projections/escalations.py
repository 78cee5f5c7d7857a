"""Escalation ladders 升级规则: after how much of a stage's limit a matter goes to which level, and to whom."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import (
    BASIS,
    CATEGORY,
    NUMBER,
    REQUEST_TYPE,
    RULE,
    SCOPE,
    SOURCE,
    URGENCY,
    VALID_FROM,
    VALID_TO,
)  # fmt: skip
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from schemas.catalogue import RULES as FAMILY

ESCALATION_LADDERS_TABLE: Final = Table(
    "escalation_ladders",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        CATEGORY,
        REQUEST_TYPE,
        URGENCY,
        Column("stage", pl.String, "Stage whose limit is meant; handle where not stated.", "阶段"),
        *SCOPE,
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)
ESCALATION_STEPS_TABLE: Final = Table(
    "escalation_steps",
    ("rule_id", "number"),
    (
        RULE,
        NUMBER,
        Column("level", pl.String, "Level that it goes to.", "层级"),
        Column("after_percent", pl.Int32, "Share of the limit that has passed, in percent.", "时限百分比"),
        Column("after_seconds", pl.Int64, "Seconds of the stage's clock that have passed.", "时长（秒）"),
        Column("to_party_id", pl.String, "Party that it goes to; null: whoever has to_duty.", "升级单位"),
        Column("to_duty", pl.String, "Duty whose answerable party it goes to.", "升级职责"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per ladder, as last stated, until the earliest day on which it ends."""
    defaults = {"stage": "handle", "hierarchy": "administrative"}
    return register_rows(facts, ESCALATION_LADDERS_TABLE, "EscalationLadderSet", "RuleEnded", defaults=defaults)


def steps(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per ladder and step, the lowest first."""
    return entry_rows(facts, ESCALATION_STEPS_TABLE, "EscalationLadderSet", "steps")


ESCALATION_LADDERS: Final = Projection("escalation_ladders", 1, FAMILY, ESCALATION_LADDERS_TABLE, rows)
ESCALATION_STEPS: Final = Projection("escalation_steps", 1, FAMILY, ESCALATION_STEPS_TABLE, steps)
