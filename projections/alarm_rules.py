"""Alarm rules 报警立案规则: which alarms become a case, of which category."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import BASIS, RULE, SCOPE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import RULES as FAMILY

ALARM_RULES_TABLE: Final = Table(
    "alarm_rules",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        Column("device_kind", pl.String, "Kind of device; null: any.", "设备类型"),
        Column("alarm_kind", pl.String, "Kind of alarm; null: any.", "报警类型"),
        Column("comparison", pl.String, "at_least, also where not stated, or at_most the threshold.", "比较方式"),
        Column("threshold", pl.Float64, "Value from which it holds, in unit; null: any value.", "阈值"),
        Column("unit", pl.String, "Unit of the threshold.", "单位"),
        Column("window_seconds", pl.Int64, "Alarms of one place within so many seconds are one case.", "时间窗（秒）"),
        Column("category", pl.String, "Category of the case.", "事项类别"),
        Column("request_type", pl.String, "Request type of the case.", "诉求类型"),
        Column("urgency", pl.String, "Urgency of the case.", "紧急程度"),
        *SCOPE,
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per rule, as last stated, until the earliest day on which it ends."""
    defaults = {"comparison": "at_least", "hierarchy": "administrative"}
    return register_rows(facts, ALARM_RULES_TABLE, "AlarmRuleSet", "RuleEnded", defaults=defaults)


ALARM_RULES: Final = Projection("alarm_rules", 1, FAMILY, ALARM_RULES_TABLE, rows)
