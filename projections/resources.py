"""Resources 资源: people, money and premises that can be drawn on; how much of each is in use."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import NAME, PLACE, SERVICE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import SERVICES as FAMILY

RESOURCES_TABLE: Final = Table(
    "resources",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        Column("kind", pl.String, "people 人员, budget 经费, premises 阵地…", "资源类型"),
        NAME,
        Column("quantity", pl.Int64, "How much there is, in unit.", "数量"),
        Column("quantity_in_use", pl.Int64, "How much of it is in use, in unit; null: not known.", "在用数量"),
        Column("unit", pl.String, "persons, cents, cm2, rooms…", "单位"),
        PLACE,
        Column("party_id", pl.String, "Body that it belongs to.", "所属单位"),
        Column("used_by_id", pl.String, "Party that uses it.", "使用单位"),
        VALID_FROM,
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per resource, as last listed, until the earliest day on which it was given up."""
    return register_rows(facts, RESOURCES_TABLE, "ResourceListed", "ServiceEnded")


RESOURCES: Final = Projection("resources", 1, FAMILY, RESOURCES_TABLE, rows)
