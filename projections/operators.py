"""Operators 运营单位: which body ran a centre or facility, over which days, paid how."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import SERVICE, SOURCE, VALID_TO
from projections.lives import Lives, lives_of
from projections.model import Column, Projection, Table
from projections.validity import earliest
from schemas.catalogue import SERVICES as FAMILY

_BEGINS: Final = ("service_id", "party_id", "valid_from")
_TOLD: Final = ("source", "lead", "funding", "meeting_id")

OPERATORS_TABLE: Final = Table(
    "operators",
    _BEGINS,
    (
        SERVICE,
        Column("party_id", pl.String, "The operator.", "运营单位"),
        Column("valid_from", pl.Date, "First local day.", "起始日"),
        SOURCE,
        Column("lead", pl.Boolean, "Whether it is the lead operator.", "是否主运营"),
        Column("funding", pl.String, "purchased, subsidised or market.", "资金方式"),
        Column("meeting_id", pl.String, "Meeting at which residents or operators were consulted.", "征求意见会议"),
        VALID_TO,
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per centre or facility, operator and period, half-open.

    Of several appointments of one operator from one day the last in entity order counts. A period ends with the
    earliest of: the day that its appointment states; the next appointment of the same operator; a later day on which
    that operator is stated to end 运营终止; the end of the centre or facility itself.
    """
    lives = lives_of(facts)
    if not lives.count:
        return OPERATORS_TABLE.frame()
    begun = _appointed(lives).unique(_BEGINS, keep="last", maintain_order=True).sort(_BEGINS)
    told = begun.join(_ended(lives, begun), on=_BEGINS, how="left")
    closed = earliest(lives, lives.of("ServiceEnded"), "valid_to")
    periods = told.join(closed, on="entity", how="left").with_columns(
        pl.min_horizontal(
            "valid_to", pl.col("valid_from").shift(-1).over("service_id", "party_id"), "ended", "earliest"
        ).alias("valid_to")
    )
    lasting = periods.filter(pl.col("valid_to").is_null() | (pl.col("valid_from") < pl.col("valid_to")))
    return OPERATORS_TABLE.frame(lasting.to_dict())


def _appointed(lives: Lives) -> pl.DataFrame:
    """Appointments, in entity order."""
    here = lives.of("OperatorAppointed")
    names = ("party_id", "valid_from", "valid_to", *_TOLD)
    told = {name: lives.value(name, here) for name in names}
    return pl.DataFrame({"service_id": lives.value("key", here), "entity": lives.entity[here], **told})


def _ended(lives: Lives, begun: pl.DataFrame) -> pl.DataFrame:
    """`_BEGINS`, and as `ended` the earliest day after the beginning on which that operator is stated to end."""
    here = lives.of("OperatorEnded")
    ends = pl.DataFrame(
        {
            "service_id": lives.value("key", here),
            "party_id": lives.value("party_id", here),
            "ended": lives.value("valid_to", here),
        }
    )
    after = (
        begun.select(_BEGINS).join(ends, on=("service_id", "party_id")).filter(pl.col("ended") > pl.col("valid_from"))
    )
    return after.group_by(_BEGINS).agg(pl.col("ended").min())


OPERATORS: Final = Projection("operators", 1, FAMILY, OPERATORS_TABLE, rows)
