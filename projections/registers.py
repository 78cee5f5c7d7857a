"""What effective-dated registers have in common: a row per entity, as last stated, until the earliest day on which it is
stated to end; and the lists that this statement holds, an entry a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from projections.lives import lives_of
from projections.model import Table
from projections.occasions import child_rows, joined
from projections.validity import as_stated, earliest


def register_rows(
    facts: pl.DataFrame,
    table: Table,
    founding: str,
    ending: str,
    *,
    fields: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> pl.DataFrame:
    """One row per entity with a founding fact: the columns of `table` as the last such fact states them.

    The first column of the table is the entity; a list of texts is told sorted, joined by commas. `valid_to` is the
    earliest day stated by that fact or by facts of the type `ending`. `fields`: column → field, where they differ;
    `defaults`: column → what a null stands for.
    """
    lives = lives_of(facts)
    if not lives.count or not len(lives.of(founding)):
        return table.frame()
    named = {name: (fields or {}).get(name, name) for name in table.names[1:]}
    stated = as_stated(lives, lives.of(founding), tuple(named.values()))
    ended = stated.join(earliest(lives, lives.of(ending), "valid_to"), on="entity", how="left")
    told = ended.select(
        pl.col("key").alias(table.key[0]),
        *(pl.col(field).alias(name) for name, field in named.items() if name != "valid_to"),
        pl.min_horizontal("valid_to", "earliest").alias("valid_to"),
    )
    lists = [name for name, dtype in told.schema.items() if isinstance(dtype, pl.List)]
    nulls = [pl.col(name).fill_null(value) for name, value in (defaults or {}).items()]
    return table.frame(told.with_columns(*joined(*lists), *nulls).to_dict())


def entry_rows(facts: pl.DataFrame, table: Table, founding: str, field: str) -> pl.DataFrame:
    """The entries of a list in the last founding fact of each entity, a row each.

    Records: `table` has the entity, `number` (1, 2, … as stated) and the records' fields. Texts: the entity and the
    text, each once.
    """
    lives = lives_of(facts)
    if not lives.count or not len(lives.of(founding)):
        return table.frame()
    item = "" if table.key[1] == "number" else table.key[1]
    return table.frame(child_rows(lives, lives.of(founding), field, table, item=item).to_dict())
