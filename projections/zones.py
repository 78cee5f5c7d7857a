"""Accountability zones 责任区: which party answers for which place, in which duty, over which days.

Rows are assignments as stated. Who is answerable for a place on a day is found when read (view `answerable_parties`),
since it depends on the place tree of that day: among the assignments of a duty that hold on the day, at the place
itself or at a place above it along the assignment's hierarchy, the nearest ones; several at the same distance are an
overlap.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.model import Column, Projection, Table
from projections.validity import as_stated, earliest
from schemas.catalogue import ZONES as FAMILY

_ATTRIBUTES: Final = (
    "source", "place_id", "party_id", "duty", "hierarchy", "basis", "person_id", "valid_from", "valid_to",
)  # fmt: skip

ZONES_TABLE: Final = Table(
    "zones",
    ("assignment_id",),
    (
        Column("assignment_id", pl.String, "The assignment.", "责任分派编号"),
        Column("source", pl.String, "The register that states it.", "数据来源"),
        Column("place_id", pl.String, "Place answered for, with all below it.", "责任区"),
        Column("party_id", pl.String, "Answerable party.", "责任主体"),
        Column("duty", pl.String, "property_service, party_coverage, grid…", "职责"),
        Column("hierarchy", pl.String, "Hierarchy along which places below inherit it.", "继承体系"),
        Column("basis", pl.String, "own, or fallback 兜底.", "依据"),
        Column("person_id", pl.String, "Pseudonym of the person in charge.", "责任人"),
        Column("valid_from", pl.Date, "First local day.", "起始日"),
        Column("valid_to", pl.Date, "First local day after the last; null: open.", "截止日"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per assignment, as last stated, until the earliest of the days on which it is stated to end."""
    lives = lives_of(facts)
    if not lives.count:
        return ZONES_TABLE.frame()
    stated = as_stated(lives, lives.of("ResponsibilityAssigned"), _ATTRIBUTES)
    ended = earliest(lives, lives.of("ResponsibilityEnded"), "valid_to")
    told = stated.join(ended, on="entity", how="left").with_columns(
        pl.min_horizontal("valid_to", "earliest").alias("valid_to"),
        pl.col("hierarchy").fill_null("administrative"),
        pl.col("basis").fill_null("own"),
    )
    return ZONES_TABLE.frame(told.rename({"key": "assignment_id"}).to_dict())


ZONES: Final = Projection("zones", 1, FAMILY, ZONES_TABLE, rows)
