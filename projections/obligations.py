"""Obligations 应办义务: who owes what how often in each period, and what must hold of the event that meets it."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import BASIS, NAMES, NUMBER, RULE, SCOPE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from schemas.catalogue import RULES as FAMILY

OBLIGATIONS_TABLE: Final = Table(
    "obligations",
    ("rule_id",),
    (
        RULE,
        SOURCE,
        *NAMES,
        Column("bearer_kind", pl.String, "How bearer is read: party, party_kind, person, role, duty.", "义务主体类型"),
        Column("bearer", pl.String, "Who owes it: an id, or a code.", "义务主体"),
        Column("target_kind", pl.String, "place_kind or party_kind: once for each; null: once in all.", "对象类型"),
        Column("target", pl.String, "Code of that kind, such as community.", "对象"),
        Column("event_type", pl.String, "Event that meets it, such as linli.meetings.MeetingHeld.", "履行事件"),
        Column("bearer_field", pl.String, "Field of the event that names who met it.", "主体字段"),
        Column("target_field", pl.String, "Field of the event that names for which target.", "对象字段"),
        Column("at_least", pl.Int32, "How many times in each period.", "次数"),
        Column("period", pl.String, "year, half_year, quarter, month, week, day, or a code of periods.", "周期"),
        *SCOPE,
        *BASIS,
        VALID_FROM,
        VALID_TO,
    ),
)
OBLIGATION_FILTERS_TABLE: Final = Table(
    "obligation_filters",
    ("rule_id", "number"),
    (
        RULE,
        NUMBER,
        Column("key", pl.String, "Field of the event.", "字段"),
        Column("value", pl.String, "Value that it must have.", "取值"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per obligation, as last stated, until the earliest day on which it ends."""
    defaults = {"hierarchy": "administrative"}
    return register_rows(facts, OBLIGATIONS_TABLE, "ObligationSet", "RuleEnded", defaults=defaults)


def filters(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per obligation and condition; all must hold."""
    return entry_rows(facts, OBLIGATION_FILTERS_TABLE, "ObligationSet", "filters")


OBLIGATIONS: Final = Projection("obligations", 1, FAMILY, OBLIGATIONS_TABLE, rows)
OBLIGATION_FILTERS: Final = Projection("obligation_filters", 1, FAMILY, OBLIGATION_FILTERS_TABLE, filters)
