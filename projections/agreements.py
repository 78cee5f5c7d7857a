"""Agreements 共建与联建: which community is paired with whom 契约化共建, and what is linked to which hub 1+N+X, over which
days.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.model import Column, Projection, Table
from projections.occasions import joined
from projections.validity import as_stated, earliest
from schemas.catalogue import AGREEMENTS as FAMILY

_AGREEMENT: Final = Column("agreement_id", pl.String, "The agreement.", "协议编号")
_SOURCE: Final = Column("source", pl.String, "The register that states it.", "数据来源")
_DAYS: Final = (
    Column("valid_from", pl.Date, "First local day.", "起始日"),
    Column("valid_to", pl.Date, "First local day on which it no longer holds; null: open.", "终止日"),
)
_LISTS: Final = ("demands", "resources", "tasks")
_PAIRING: Final = ("source", "place_id", "party_id", "partner_id", "partner_kind", *_LISTS, "valid_from", "valid_to")
_LINK: Final = ("source", "scheme", "hub_id", "facility_id", "function", "valid_from", "valid_to")

PAIRINGS_TABLE: Final = Table(
    "pairings",
    ("agreement_id",),
    (
        _AGREEMENT,
        _SOURCE,
        Column("place_id", pl.String, "The community.", "社区"),
        Column("party_id", pl.String, "The community's party organisation.", "社区党组织"),
        Column("partner_id", pl.String, "Whom it is paired with.", "共建单位"),
        Column("partner_kind", pl.String, "department, enterprise, school, hospital…", "共建单位类型"),
        Column("demands", pl.String, "What is asked for: codes, sorted, joined by commas; null: none.", "需求清单"),
        Column("resources", pl.String, "What is offered, likewise.", "资源清单"),
        Column("tasks", pl.String, "What both do together, likewise.", "项目清单"),
        *_DAYS,
    ),
)
FACILITY_LINKS_TABLE: Final = Table(
    "facility_links",
    ("agreement_id",),
    (
        _AGREEMENT,
        _SOURCE,
        Column("scheme", pl.String, "nursery, library…", "联建类型"),
        Column("hub_id", pl.String, "The hub (1): service_id of a facility or centre.", "枢纽设施（1）"),
        Column("facility_id", pl.String, "The facility that joins (N); null where a function does.", "联建设施（N）"),
        Column("function", pl.String, "The function that joins (X); null where a facility does.", "拓展功能（X）"),
        *_DAYS,
    ),
)


def pairings(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per pairing, as last stated, until the earliest of the days on which it is stated to end."""
    return _agreed(facts, "PairingSigned", PAIRINGS_TABLE, _PAIRING, _LISTS)


def facility_links(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per link, as last stated, until the earliest of the days on which it is stated to end."""
    return _agreed(facts, "FacilityLinked", FACILITY_LINKS_TABLE, _LINK)


def _agreed(
    facts: pl.DataFrame, type_name: str, table: Table, attributes: tuple[str, ...], lists: tuple[str, ...] = ()
) -> pl.DataFrame:
    lives = lives_of(facts)
    if not lives.count:
        return table.frame()
    stated = as_stated(lives, lives.of(type_name), attributes)
    ended = earliest(lives, lives.of("AgreementEnded"), "valid_to")
    told = stated.join(ended, on="entity", how="left").with_columns(
        pl.min_horizontal("valid_to", "earliest"), *joined(*lists)
    )
    return table.frame(told.rename({"key": "agreement_id"}).to_dict())


PAIRINGS: Final = Projection("pairings", 1, FAMILY, PAIRINGS_TABLE, pairings)
FACILITY_LINKS: Final = Projection("facility_links", 1, FAMILY, FACILITY_LINKS_TABLE, facility_links)
