"""Uses of facilities 服务使用: of what, at which hour, by which age group, how much of it, for how long, at what price."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import (
    AGE_GROUP,
    AT,
    CENTRE,
    DAY,
    FACILITY,
    FORMAT,
    NATURE,
    PLACE,
    SERVICE,
    SOURCE,
    TIME_ZONE,
)  # fmt: skip
from projections.lives import lives_of
from projections.model import Column, Projection, Table
from projections.occasions import occasion_rows
from schemas.catalogue import SERVICES as FAMILY

_ATTRIBUTES: Final = (
    "source", "facility_id", "centre_id", "place_id", "format", "kind", "nature", "age_group", "person_id", "quantity",
    "unit", "duration_seconds", "price_cents",
)  # fmt: skip

SERVICE_USES_TABLE: Final = Table(
    "service_uses",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        TIME_ZONE,
        FACILITY,
        CENTRE,
        PLACE,
        FORMAT,
        Column("kind", pl.String, "meal, clinic, nursery, nursery_hourly, calligraphy, reading…", "使用类型"),
        NATURE,
        AGE_GROUP,
        Column("person_id", pl.String, "Pseudonym of who used it.", "使用人（化名）"),
        Column("quantity", pl.Int64, "How much was used, in unit; 1 where not stated.", "数量"),
        Column("unit", pl.String, "meals, visits, hours…", "单位"),
        AT,
        DAY,
        Column("hour", pl.Int32, "Local hour of `at`, 0 to 23.", "发生时段（时）"),
        Column("duration_seconds", pl.Int64, "How long it lasted, in seconds, as stated.", "时长（秒）"),
        Column("price_cents", pl.Int64, "What the resident paid, in cents.", "自付费用（分）"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per use, as last stated."""
    lives = lives_of(facts)
    if not lives.count:
        return SERVICE_USES_TABLE.frame()
    told = occasion_rows(lives, lives.of("ServiceUsed"), SERVICE_USES_TABLE, _ATTRIBUTES)
    return SERVICE_USES_TABLE.frame(told.with_columns(pl.col("quantity").fill_null(1)).to_dict())


SERVICE_USES: Final = Projection("service_uses", 1, FAMILY, SERVICE_USES_TABLE, rows)
