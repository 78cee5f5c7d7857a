"""Parties 主体: who can be answerable, since when, under whom."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.model import Column, Projection, Table
from projections.validity import alias_table, aliases, as_stated, earliest
from schemas.catalogue import PARTIES as FAMILY

_PARTY: Final = Column("party_id", pl.String, "The party.", "主体编号")
_ATTRIBUTES: Final = (
    "source",
    "kind",
    "name",
    "short_name",
    "sort_number",
    "code",
    "parent_id",
    "place_id",
    "valid_from",
)

PARTIES_TABLE: Final = Table(
    "parties",
    ("party_id",),
    (
        _PARTY,
        Column("source", pl.String, "The register that states it.", "数据来源"),
        Column("kind", pl.String, "party organisation, property company, department…", "类型"),
        Column("name", pl.String, "Name.", "名称"),
        Column("short_name", pl.String, "Short name.", "简称"),
        Column("sort_number", pl.Int32, "Official order.", "排序号"),
        Column("code", pl.String, "Official code.", "代码"),
        Column("parent_id", pl.String, "The party above.", "上级主体"),
        Column("place_id", pl.String, "Place where it sits.", "所在地点"),
        Column("valid_from", pl.Date, "First local day; null: always.", "成立日"),
        Column("valid_to", pl.Date, "First local day on which it exists no more; null: open.", "撤销日"),
    ),
)
PARTY_ALIASES_TABLE: Final = alias_table("party_aliases", _PARTY)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per registered party, as last registered, until the earliest day on which it was dissolved 撤销."""
    lives = lives_of(facts)
    if not lives.count:
        return PARTIES_TABLE.frame()
    stated = as_stated(lives, lives.of("PartyRegistered"), _ATTRIBUTES)
    told = stated.join(earliest(lives, lives.of("PartyDissolved"), "valid_to"), on="entity", how="left")
    return PARTIES_TABLE.frame(told.rename({"key": "party_id", "earliest": "valid_to"}).to_dict())


def alias_rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per text that stands for a party."""
    return aliases(lives_of(facts), PARTY_ALIASES_TABLE)


PARTIES: Final = Projection("parties", 1, FAMILY, PARTIES_TABLE, rows)
PARTY_ALIASES: Final = Projection("party_aliases", 1, FAMILY, PARTY_ALIASES_TABLE, alias_rows)
