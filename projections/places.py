"""Places 地点: what each is, since when, and under which places it lies, per hierarchy 隶属体系 and day."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import Lives, lives_of
from projections.model import Column, Projection, Table
from projections.validity import ALWAYS, alias_table, aliases, as_stated, earliest
from schemas.catalogue import PLACES as FAMILY

_PLACE: Final = Column("place_id", pl.String, "The place.", "地点编号")
_ATTRIBUTES: Final = (
    "source", "kind", "name", "short_name", "sort_number", "code", "households", "lon", "lat", "crs", "valid_from",
)  # fmt: skip

PLACES_TABLE: Final = Table(
    "places",
    ("place_id",),
    (
        _PLACE,
        Column("source", pl.String, "The register that states it.", "数据来源"),
        Column("kind", pl.String, "city, county, office, community, compound…", "类型"),
        Column("name", pl.String, "Name.", "名称"),
        Column("short_name", pl.String, "Short name.", "简称"),
        Column("sort_number", pl.Int32, "Official order.", "排序号"),
        Column("code", pl.String, "Official code.", "代码"),
        Column("households", pl.Int32, "Households.", "户数"),
        Column("lon", pl.Float64, "Longitude in degrees, in crs.", "经度"),
        Column("lat", pl.Float64, "Latitude in degrees, in crs.", "纬度"),
        Column("crs", pl.String, "WGS-84, GCJ-02 or BD-09.", "坐标系"),
        Column("valid_from", pl.Date, "First local day; null: always.", "生效日"),
        Column("valid_to", pl.Date, "First local day on which it exists no more; null: open.", "失效日"),
    ),
)
PLACE_PARENTS_TABLE: Final = Table(
    "place_parents",
    ("place_id", "hierarchy", "valid_from"),
    (
        _PLACE,
        Column("hierarchy", pl.String, "administrative, managing, grid or property.", "隶属体系"),
        Column("valid_from", pl.Date, "First local day; 0001-01-01: always.", "生效日"),
        Column("parent_id", pl.String, "The place above.", "上级地点"),
        Column("valid_to", pl.Date, "First local day after the last; null: open.", "失效日"),
    ),
)
PLACE_ALIASES_TABLE: Final = alias_table("place_aliases", _PLACE)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per registered place, as last registered, until the earliest day on which it was retired 撤销."""
    lives = lives_of(facts)
    if not lives.count:
        return PLACES_TABLE.frame()
    stated = as_stated(lives, lives.of("PlaceRegistered"), _ATTRIBUTES)
    told = stated.join(_retired(lives), on="entity", how="left")
    return PLACES_TABLE.frame(told.rename({"key": "place_id", "earliest": "valid_to"}).to_dict())


def parents(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per place, hierarchy and period, half-open.

    A period begins where a registration or a move 隶属变更 states a parent in that hierarchy (of several from one day
    the last in entity order counts) and ends with the next one, or with the place. Hierarchies that a move does not
    name stay.
    """
    lives = lives_of(facts)
    if not lives.count:
        return PLACE_PARENTS_TABLE.frame()
    begins = ("key", "hierarchy", "valid_from")
    last = _stated_parents(lives).unique(begins, keep="last", maintain_order=True).sort(begins)
    next_one = pl.col("valid_from").shift(-1).over("key", "hierarchy")
    periods = last.with_columns(pl.min_horizontal(next_one, "earliest").alias("valid_to"))
    lasting = periods.filter(pl.col("valid_to").is_null() | (pl.col("valid_from") < pl.col("valid_to")))
    return PLACE_PARENTS_TABLE.frame(lasting.rename({"key": "place_id"}).to_dict())


def alias_rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per text that stands for a place."""
    return aliases(lives_of(facts), PLACE_ALIASES_TABLE)


def _stated_parents(lives: Lives) -> pl.DataFrame:
    """(key, hierarchy, valid_from, parent_id, earliest day of retirement), in entity order."""
    facts = lives.facts.with_columns(pl.Series("entity", lives.entity))[lives.of("PlaceRegistered", "PlaceMoved")]
    told = facts.select("key", "entity", pl.col("valid_from").fill_null(ALWAYS), "parents")
    each = told.filter(pl.col("parents").list.len() > 0).explode("parents").unnest("parents")
    named = each.rename({"place_id": "parent_id"})
    return named.join(_retired(lives), on="entity", how="left", maintain_order="left")


def _retired(lives: Lives) -> pl.DataFrame:
    return earliest(lives, lives.of("PlaceRetired"), "valid_to")


PLACES: Final = Projection("places", 1, FAMILY, PLACES_TABLE, rows)
PLACE_PARENTS: Final = Projection("place_parents", 1, FAMILY, PLACE_PARENTS_TABLE, parents)
PLACE_ALIASES: Final = Projection("place_aliases", 1, FAMILY, PLACE_ALIASES_TABLE, alias_rows)
