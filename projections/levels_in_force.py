"""Which service level 时限规定 holds for a stage of a case: the most specific one that was valid as the stage's clock started.

A service level states stage, category, request type, urgency, level and role of the unit and place, or leaves them open
(null: any). A category stands for all below it in its tree, a place for all below it in a hierarchy. Of
several that fit, this order decides, each step among those that the steps before leave:

1. the stage: stated before any;
2. the urgency: stated before any (so that "urgent: 2 hours" is not undone by a limit for the category);
3. the category: the nearest one up the tree, any last;
4. the request type: stated before any;
5. the level of the unit, then its role (lead 主办, co 协办): stated before any;
6. the place: the nearest one up the tree, any last;
7. the latest `valid_from`;
8. the least `rule_id`, so that the answer is one and the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

STAGES: Final = ("sign", "verify", "dispatch", "handle", "check", "follow_up", "close")
"""签收、核实、派单、办理、核查、回访、办结"""
PLAIN: Final = ("stage", "urgency", "request_type", "level", "role")
"""What a row and a service level must share, or the service level leaves open."""
PATHS: Final = {"category": "category_path", "place_id": "place_path"}
"""What a service level may state for a whole branch of a tree, and the column with a row's way up that tree."""
TERMS: Final = ("rule_id", "limit", "unit", "clock", "starts", "ends", "warn_percent", "region")
LEVELS: Final = {
    "rule_id": pl.String,
    **dict.fromkeys((*PLAIN, *PATHS, "hierarchy"), pl.String),
    "limit": pl.Int64,
    **dict.fromkeys(("unit", "clock", "starts", "ends"), pl.String),
    "warn_percent": pl.Int32,
    "region": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}
"""The frame of service levels: what ServiceLevelSet states. `valid_from` inclusive, `valid_to` exclusive, local days;
null: open.
"""
ADMINISTRATIVE: Final = "administrative"
_PRECEDENCE: Final = (
    "any_stage",
    "any_urgency",
    "category_far",
    "any_request_type",
    "any_level",
    "any_role",
    "place_id_far",
)
_EARLY: Final = date(1, 1, 1)


def service_levels(rows: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """For each row the terms that hold; null where none does.

    `rows`: `PLAIN` (String), `category_path` and `place_path` (List[String]: the own one first, then its ancestors upwards;
    null or empty: none), `day` (Date: the local day on which the stage's clock started; null: it did not). Ancestors in
    another hierarchy than the administrative one follow in `place_path` as `grid:<place_id>`. `levels`: see `LEVELS`. The
    result has the columns `TERMS`, a row each in the order of `rows`.
    """
    numbered = levels.select(_place(), *(name for name in LEVELS if name != "place_id")).with_row_index("number")
    trees = {name: _branches(rows[path], numbered[name]) for name, path in PATHS.items()}
    asked = pl.DataFrame(
        [
            *(_as_stated(rows[name], numbered[name]) for name in PLAIN),
            *(tree.of_rows.alias(f"{name}_branch") for name, tree in trees.items()),
            _turning_days(rows["day"], numbered),
        ]
    )
    profiles = asked.unique().with_row_index("profile")
    best = _best(profiles, numbered, trees).join(numbered.select("number", *TERMS), on="number")
    told = profiles.join(best, on="profile", how="left")
    return asked.join(told, on=asked.columns, how="left", nulls_equal=True, maintain_order="left").select(TERMS)


@dataclass(frozen=True, slots=True)
class _Branches:
    """Ways up a tree, told apart only by the values that service levels state: few, however many places there are.

    `of_rows`: for each row the number of its branch. `values`: (branch, value, far); null, the farthest, is any.
    """

    of_rows: pl.Series
    values: pl.DataFrame


def _branches(paths: pl.Series, stated: pl.Series) -> _Branches:
    path = paths.cast(pl.List(pl.String)).alias("path")
    distinct = path.unique().to_frame().with_row_index("way")
    kept = (
        distinct.explode("path")
        .filter(pl.col("path").is_in(stated.drop_nulls().unique().implode()))
        .group_by("way")
        .agg(pl.col("path").unique(maintain_order=True).alias("values"))
    )
    known = distinct.join(kept, on="way", how="left").select("path", pl.col("values").fill_null([]))
    known = known.with_columns(pl.col("values").rank("dense").alias("branch"))
    of_rows = path.to_frame().join(known, on="path", how="left", nulls_equal=True, maintain_order="left")["branch"]
    any_too = pl.concat_list("values", pl.lit([None], pl.List(pl.String))).alias("value")
    values = known.unique("branch").select("branch", any_too)
    far = pl.int_ranges(pl.col("value").list.len()).alias("far")
    return _Branches(of_rows, values.with_columns(far).explode("value", "far"))


def _place() -> pl.Expr:
    """The place of a service level as it stands in a row's path."""
    hierarchy = pl.col("hierarchy").fill_null(ADMINISTRATIVE)
    return pl.when(hierarchy == ADMINISTRATIVE).then("place_id").otherwise(hierarchy + ":" + pl.col("place_id"))


def _as_stated(values: pl.Series, stated: pl.Series) -> pl.Series:
    """Null for values that no service level states: they are all alike."""
    return values.set(~values.is_in(stated.drop_nulls().unique().implode()).fill_null(value=False), None)


def _turning_days(days: pl.Series, levels: pl.DataFrame) -> pl.Series:
    """For each day the latest one up to it on which a service level begins or ceases to hold: in between all are alike."""
    turns = pl.concat([levels["valid_from"], levels["valid_to"]]).drop_nulls().unique().sort()
    place = turns.search_sorted(days, side="right").set(days.is_null(), None)
    return pl.concat([pl.Series([_EARLY]), turns]).gather(place).alias("day")


def _best(profiles: pl.DataFrame, levels: pl.DataFrame, trees: Mapping[str, _Branches]) -> pl.DataFrame:
    """(profile, number): for each profile the number of the level that holds."""
    fits = profiles.filter(pl.col("day").is_not_null())
    for name, tree in trees.items():
        values = tree.values.rename({"branch": f"{name}_branch", "value": name, "far": f"{name}_far"})
        fits = fits.join(values, on=f"{name}_branch")
    fits = fits.join(levels, on=list(PATHS), nulls_equal=True, suffix="_stated").filter(
        *(pl.col(f"{name}_stated").is_null() | (pl.col(f"{name}_stated") == pl.col(name)) for name in PLAIN),
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("day")),
        pl.col("valid_to").is_null() | (pl.col("valid_to") > pl.col("day")),
    )
    ranked = fits.with_columns(pl.col(f"{name}_stated").is_null().alias(f"any_{name}") for name in PLAIN)
    latest_first = [*(False for _ in _PRECEDENCE), True, False]
    in_order = ranked.sort(*_PRECEDENCE, "valid_from", "rule_id", descending=latest_first, nulls_last=True)
    return in_order.unique("profile", keep="first", maintain_order=True).select("profile", "number")
