"""Service levels 办理时限: how long which stage of which cases may take, by which clock, over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import (
    BASIS,
    CATEGORY,
    REQUEST_TYPE,
    RULE,
    SCOPE,
    SOURCE,
    URGENCY,
    VALID_FROM,
    VALID_TO,
)  # fmt: skip
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import RULES as FAMILY

SERVICE_LEVELS_TABLE: Final = Table(
    "service_levels",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        CATEGORY,
        REQUEST_TYPE,
        URGENCY,
        Column("stage", pl.String, "sign, verify, dispatch, handle, check, follow_up, close.", "阶段"),
        Column("level", pl.String, "Level of the handling unit; null: any.", "承办层级"),
        Column("role", pl.String, "lead or co; null: both.", "承办角色"),
        Column("limit_value", pl.Int64, "How long, in unit.", "时限"),
        Column("unit", pl.String, "seconds, minutes, hours or days (with a working clock: working days).", "时限单位"),
        Column("clock", pl.String, "working or elapsed.", "计时方式"),
        Column("starts", pl.String, "at_once or next_working_day.", "起算方式"),
        Column("ends", pl.String, "exact or office_day.", "截止方式"),
        Column("warn_percent", pl.Int32, "Share of the limit after which it warns; 80 where not stated.", "预警百分比"),
        Column("region", pl.String, "Region whose calendar counts; CN where not stated.", "日历地区"),
        *SCOPE,
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)
_DEFAULTS: Final = {"warn_percent": 80, "region": "CN", "hierarchy": "administrative"}


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per limit, as last stated, until the earliest day on which it ends."""
    fields = {"limit_value": "limit"}
    return register_rows(facts, SERVICE_LEVELS_TABLE, "ServiceLevelSet", "RuleEnded", fields=fields, defaults=_DEFAULTS)


SERVICE_LEVELS: Final = Projection("service_levels", 1, FAMILY, SERVICE_LEVELS_TABLE, rows)
