"""What entities that happen once have in common (a visit, a meeting, an activity…): attributes as last stated, when it
was, on which local day; and the lists that they state, an entry a row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from projections.lives import Ints, Lives
from projections.local_days import days, wall_clocks, zones_of
from projections.model import Table

NUMBER = "number"
"""Column that numbers the entries of a list from 1, where they have no id of their own."""
_HOUR = 3_600_000_000


def occasion_rows(lives: Lives, positions: Ints, table: Table, attributes: Sequence[str]) -> pl.DataFrame:
    """One row per entity with one of these facts, as the last one states it.

    Columns: the entity under the name of the table's first key column, `entity` (its number), `attributes`, `at`
    (Datetime us UTC), `time_zone` (the IANA zone in which its days are cut; a null or unknown one, or a family that
    states none: the default), and in it `day` (Date) and `hour` (Int32, 0 to 23). What else the table has, the caller
    adds.
    """
    told = _told(lives, positions)
    zones = local_zones(lives, told)
    shown = _shown(zones, lives.when(told))
    return pl.DataFrame(
        {
            table.key[0]: lives.value("key", told),
            "entity": lives.entity[told],
            **{name: lives.value(name, told) for name in attributes},
            "at": lives.value("occurred_at", told),
            "time_zone": zones,
            "day": days(shown),
            "hour": pl.Series(shown // _HOUR % 24, dtype=pl.Int32),
        }
    )


def child_rows(
    lives: Lives, positions: Ints, list_field: str, table: Table, parent: Sequence[str] = (), item: str = ""
) -> pl.DataFrame:
    """One row per entry of a list, of each entity with one of these facts, as the last one states it.

    Columns: the entity under the name of the table's first key column; `number` (Int32, from 1, in the list's order);
    the entry's fields, or the entry itself as `item` where it is a text; and of the entity's occasion those that
    `parent` names. Where the table's second key column is an id within the list, the last of equal ones stays.
    """
    told = _told(lives, positions)
    lists = lives.value(list_field, told)
    owner = pl.DataFrame({table.key[0]: lives.value("key", told)})
    if parent:
        stated = [name for name in parent if name in lives.facts.columns]
        owner = occasion_rows(lives, positions, table, stated).select(table.key[0], *parent)
    numbered = (
        owner.with_columns(lists.alias(list_field))
        .filter(pl.col(list_field).list.len() > 0)
        .with_columns(pl.int_ranges(1, pl.col(list_field).list.len() + 1, dtype=pl.Int32).alias(NUMBER))
    )
    each = numbered.explode(list_field, NUMBER)
    named = each.rename({list_field: item}) if item else each.unnest(list_field)
    return named.unique(table.key, keep="last", maintain_order=True)


def local_zones(lives: Lives, positions: Ints) -> pl.Series:
    """For each of these facts the time zone in which its days are cut."""
    if "time_zone" not in lives.facts.columns:
        return zones_of(pl.Series([None], dtype=pl.String).new_from_index(0, len(positions)))[0]
    return zones_of(lives.value("time_zone", positions))[0]


def local_days(zones: pl.Series, micros: Ints) -> pl.Series:
    """Local day (Date) of instants in micros UTC, each in its zone; null at `NEVER`."""
    return days(_shown(zones, micros))


def whole_seconds(begin: str, end: str) -> pl.Expr:
    """Whole seconds (Int64, rounded down) between two instants of a row; null unless both are stated."""
    return (pl.col(end).to_physical() - pl.col(begin).to_physical()).floordiv(1_000_000)


def joined(*names: str) -> list[pl.Expr]:
    """Lists of codes as texts: sorted, each once, joined by commas; null where there are none."""
    texts = [(name, pl.col(name).list.unique().list.sort().list.join(",")) for name in names]
    return [pl.when(text != "").then(text).alias(name) for name, text in texts]


def _told(lives: Lives, positions: Ints) -> Ints:
    found = lives.last(positions)
    return found[found >= 0]


def _shown(zones: pl.Series, micros: Ints) -> Ints:
    return next(wall_clocks(zones, micros)) if len(micros) else np.empty(0, np.int64)
