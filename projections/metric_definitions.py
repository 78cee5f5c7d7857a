"""Metric definitions 指标定义: what a published number means, by version, with the weights of its parts."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import BASIS, NAMES, NUMBER, RULE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from schemas.catalogue import RULES as FAMILY

METRIC_DEFINITIONS_TABLE: Final = Table(
    "metric_definitions",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        Column("metric", pl.String, "Code of the metric, as reports name it.", "指标代码"),
        Column("version", pl.Int32, "Version of the definition.", "版本"),
        *NAMES,
        Column("numerator", pl.String, "What is counted above the line.", "分子"),
        Column("denominator", pl.String, "What is counted below the line; null: a plain count.", "分母"),
        Column("population", pl.String, "Which entities are looked at.", "统计范围"),
        Column("time_axis", pl.String, "Which time puts an entity into a period: filed, due, handled…", "时间口径"),
        Column(
            "settled",
            pl.String,
            "end: as at the period's end, also where not stated; now: with later facts.",
            "结算口径",
        ),
        Column("unit", pl.String, "ratio, seconds, cases, points.", "单位"),
        Column("minimum_sample", pl.Int32, "Below so many entities the number is marked; null: never.", "最小样本"),
        Column("better", pl.String, "higher or lower is better; null: neither.", "优劣方向"),
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)
METRIC_WEIGHTS_TABLE: Final = Table(
    "metric_weights",
    ("rule_id", "number"),
    (
        RULE,
        NUMBER,
        Column("key", pl.String, "What is weighted: an answer, or another metric.", "项目"),
        Column("value", pl.String, "Weight as a decimal number, such as 0.9.", "权重"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per definition, as last stated, until the earliest day on which it ends."""
    return register_rows(facts, METRIC_DEFINITIONS_TABLE, "MetricDefined", "RuleEnded", defaults={"settled": "end"})


def weights(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per definition and weight."""
    return entry_rows(facts, METRIC_WEIGHTS_TABLE, "MetricDefined", "weights")


METRIC_DEFINITIONS: Final = Projection("metric_definitions", 1, FAMILY, METRIC_DEFINITIONS_TABLE, rows)
METRIC_WEIGHTS: Final = Projection("metric_weights", 1, FAMILY, METRIC_WEIGHTS_TABLE, weights)
