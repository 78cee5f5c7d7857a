"""Boards 公示牌: of which kind, where, put up by whom, over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import PLACE, POSITION, SERVICE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import SERVICES as FAMILY

BOARDS_TABLE: Final = Table(
    "boards",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        Column("kind", pl.String, "convention 居民公约, party_members 党员公示牌…", "类型"),
        PLACE,
        Column("party_id", pl.String, "Body that put it up.", "设置单位"),
        *POSITION,
        VALID_FROM,
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per board, as last stated, until the earliest day on which it was taken down."""
    return register_rows(facts, BOARDS_TABLE, "BoardInstalled", "ServiceEnded")


BOARDS: Final = Projection("boards", 1, FAMILY, BOARDS_TABLE, rows)
