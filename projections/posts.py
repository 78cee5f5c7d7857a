"""Posts 岗位: of which kind, for which place, first filled by whom, over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import NAME, PLACE, SERVICE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import register_rows
from schemas.catalogue import SERVICES as FAMILY

POSTS_TABLE: Final = Table(
    "posts",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        Column("kind", pl.String, "pioneer_post, responsibility_area, building_head, corridor_head…", "岗位类型"),
        NAME,
        PLACE,
        Column("party_id", pl.String, "Body that set it up.", "设岗单位"),
        Column("holder_id", pl.String, "Pseudonym of its first holder; later ones are appointed.", "首任人员"),
        VALID_FROM,
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per post, as last stated, until the earliest day on which it was given up."""
    return register_rows(facts, POSTS_TABLE, "PostEstablished", "ServiceEnded")


POSTS: Final = Projection("posts", 1, FAMILY, POSTS_TABLE, rows)
