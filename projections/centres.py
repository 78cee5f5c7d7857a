"""Neighbourhood centres 邻里中心: how many, how large, at what cost, open over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import (
    FLOOR_AREA,
    NAME,
    PLACE,
    POSITION,
    SERVICE,
    SHORT_NAME,
    SORT_NUMBER,
    SOURCE,
    VALID_FROM,
    VALID_TO,
)  # fmt: skip
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import SERVICES as FAMILY

CENTRES_TABLE: Final = Table(
    "centres",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        NAME,
        SHORT_NAME,
        SORT_NUMBER,
        PLACE,
        Column("party_id", pl.String, "Body that it belongs to.", "主办单位"),
        FLOOR_AREA,
        Column("investment_cents", pl.Int64, "Cost of building it, in cents.", "投资额（分）"),
        *POSITION,
        VALID_FROM,
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per centre, as last stated, until the earliest day on which it was closed."""
    return register_rows(facts, CENTRES_TABLE, "CentreOpened", "ServiceEnded")


CENTRES: Final = Projection("centres", 1, FAMILY, CENTRES_TABLE, rows)
