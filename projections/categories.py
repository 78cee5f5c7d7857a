"""Code lists 代码表: what the codes of categories, channels, kinds… mean, as trees, over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import BASIS, NAMES, RULE, SORT_NUMBER, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import RULES as FAMILY

CATEGORIES_TABLE: Final = Table(
    "categories",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        Column("list", pl.String, "Code list: category, channel, request_type, urgency, visits.kind…", "代码表"),
        Column("code", pl.String, "The code, as events carry it.", "代码"),
        Column("parent_code", pl.String, "Code above it in the same list.", "上级代码"),
        *NAMES,
        SORT_NUMBER,
        Column("feed", pl.String, "Feed whose code it is; null: any.", "适用来源"),
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per definition, as last stated, until the earliest day on which it ends."""
    return register_rows(facts, CATEGORIES_TABLE, "CategoryDefined", "RuleEnded")


CATEGORIES: Final = Projection("categories", 1, FAMILY, CATEGORIES_TABLE, rows)
