"""Facilities 设施: of which format 业态, in which centre, how much each can hold or give."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import (
    CENTRE,
    FLOOR_AREA,
    FORMAT,
    NAME,
    NUMBER,
    PLACE,
    POSITION,
    SERVICE,
    SOURCE,
    VALID_FROM,
    VALID_TO,
)  # fmt: skip
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from schemas.catalogue import SERVICES as FAMILY

FACILITIES_TABLE: Final = Table(
    "facilities",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        NAME,
        CENTRE,
        PLACE,
        FORMAT,
        Column("kind", pl.String, "canteen, activity_centre, clinic, nursery, home_care_centre, shop…", "设施类型"),
        FLOOR_AREA,
        Column("age_groups", pl.String, "Whom it is for, sorted, joined by commas; null: all.", "服务年龄段"),
        *POSITION,
        VALID_FROM,
        VALID_TO,
    ),
)
FACILITY_CAPACITIES_TABLE: Final = Table(
    "facility_capacities",
    ("service_id", "number"),
    (
        SERVICE,
        NUMBER,
        Column("unit", pl.String, "beds, meals_a_day, nursery_places, seats…", "单位"),
        Column("value", pl.Int64, "How many.", "数量"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per facility, as last stated, until the earliest day on which it was closed."""
    return register_rows(facts, FACILITIES_TABLE, "FacilityOpened", "ServiceEnded")


def capacities(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per facility and capacity 容量."""
    return entry_rows(facts, FACILITY_CAPACITIES_TABLE, "FacilityOpened", "capacities")


FACILITIES: Final = Projection("facilities", 1, FAMILY, FACILITIES_TABLE, rows)
FACILITY_CAPACITIES: Final = Projection("facility_capacities", 1, FAMILY, FACILITY_CAPACITIES_TABLE, capacities)
