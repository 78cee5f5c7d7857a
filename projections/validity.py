"""What registers of places, parties and responsibilities have in common: attributes as last stated, days as bounds."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from projections.lives import Ints, Lives
from projections.model import Column, Table

ALWAYS: Final = date(1, 1, 1)
"""Written for "since ever" where the column is part of a key."""


def as_stated(lives: Lives, positions: Ints, names: tuple[str, ...]) -> pl.DataFrame:
    """One row per entity with one of these facts: `key`, `entity` (its number), and columns as the last one states."""
    found = lives.last(positions)
    there = found >= 0
    columns = {name: lives.value(name, found[there]) for name in ("key", *names)}
    return pl.DataFrame({**columns, "entity": there.nonzero()[0]})


def earliest(lives: Lives, positions: Ints, name: str) -> pl.DataFrame:
    """`entity` and the earliest day that these facts state in a column, as `earliest`; entities without are missing."""
    told = pl.DataFrame({"entity": lives.entity[positions], "earliest": lives.value(name, positions)})
    return told.group_by("entity").agg(pl.col("earliest").min())


def each_stated(lives: Lives, positions: Ints, part: str, names: tuple[str, ...]) -> pl.DataFrame:
    """One row per entity and part of it (an appointment of a person, an assessment of a party): `key`, the part's id,
    and columns as the last of these facts about it states.
    """
    told = lives.facts[positions].select("key", part, *names)
    return told.unique(("key", part), keep="last", maintain_order=True)


def each_earliest(lives: Lives, positions: Ints, part: str, name: str) -> pl.DataFrame:
    """`key`, the part's id, and the earliest day that these facts about the part state in a column, as `earliest`."""
    return lives.facts[positions].group_by("key", part).agg(pl.col(name).min().alias("earliest"))


def aliases(lives: Lives, table: Table) -> pl.DataFrame:
    """The rows of a table of aliases: (entity id, alias_source or '' for any, alias, valid_from or `ALWAYS`)."""
    told = lives.facts[lives.of("AliasDeclared")] if lives.count else lives.facts
    columns = (
        pl.col("key").alias(table.key[0]),
        pl.col("alias_source").fill_null(""),
        "alias",
        pl.col("valid_from").fill_null(ALWAYS),
    )
    return table.frame(told.select(columns).unique().to_dict())


def alias_table(name: str, entity: Column) -> Table:
    """A table of aliases, of places or of parties."""
    columns = (
        entity,
        Column("alias_source", pl.String, "Feed that writes so; empty: any.", "别名来源"),
        Column("alias", pl.String, "The text, as the source writes it.", "别名"),
        Column("valid_from", pl.Date, "First local day; 0001-01-01: always.", "生效日"),
    )
    return Table(name, tuple(column.name for column in columns), columns)
