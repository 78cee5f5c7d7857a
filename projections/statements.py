"""SQL text of what is done with tables of rows and cells. Names are plain: `search_path` says which schema is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projections.arrays import sql_type
from projections.cells import measures
from projections.copying import exported

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projections.model import Table
    from schemas.catalogue import Family

_NEW_FACTS = "unnest(%b::text[], %b::bytea[], %b::bytea[])"


def facts_table(family: Family) -> str:
    """Table of the facts of a family's entities."""
    return f"facts_{family.name}"


def append_facts(family: Family) -> str:
    """Parameters: keys, heads, bodies. Returns the complete facts, in any order."""
    return (
        f"INSERT INTO {facts_table(family)} AS f SELECT * FROM {_NEW_FACTS} ON CONFLICT (key) DO UPDATE"
        " SET heads = f.heads || excluded.heads, bodies = f.bodies || excluded.bodies RETURNING key, heads, bodies"
    )


def replace_facts(family: Family) -> str:
    """Parameters: keys, heads, bodies."""
    return (
        f"UPDATE {facts_table(family)} AS f SET heads = new.heads, bodies = new.bodies"
        f" FROM {_NEW_FACTS} AS new (key, heads, bodies) WHERE f.key = new.key"
    )


def some_facts(family: Family) -> str:
    """Parameter: keys. Facts in key order."""
    return f"SELECT key, heads, bodies FROM {facts_table(family)} WHERE key = ANY(%b::text[]) ORDER BY key"


def page_of_facts(family: Family, size: int) -> str:
    """Parameter: the last key before the page. Facts in key order."""
    return f"SELECT key, heads, bodies FROM {facts_table(family)} WHERE key > %b ORDER BY key LIMIT {size}"


def upsert(table: Table) -> str:
    """Parameters: the columns. Rows into the table, in key order; those that are as they were are not touched."""
    values = [name for name in table.names if name not in table.key]
    if not values:
        return f"{_insert(table)} ON CONFLICT ({_list(table.key)}) DO NOTHING"
    changes = _list(f"{name} = excluded.{name}" for name in values)
    return (
        f"{_insert(table)} ON CONFLICT ({_list(table.key)}) DO UPDATE SET {changes}"
        f" WHERE ({_list(f't.{name}' for name in values)}) IS DISTINCT FROM ({_list(f'excluded.{name}' for name in values)})"
    )


def add(table: Table) -> str:
    """Parameters: the columns. Differences onto the cells, in key order."""
    sums = _list(f"{name} = t.{name} + excluded.{name}" for name in measures(table))
    return f"{_insert(table)} ON CONFLICT ({_list(table.key)}) DO UPDATE SET {sums}"


def delete(table: Table) -> str:
    """Parameters: the columns of the key."""
    return f"DELETE FROM {table.name} AS t USING {_given(table, table.key)} WHERE {_same_key(table)}"


def delete_empty(table: Table) -> str:
    """Parameters: the columns of the key. Of these cells, delete those that are all zero."""
    zero = " AND ".join(f"t.{name} = 0" for name in measures(table))
    return f"{delete(table)} AND {zero}"


def read_rows(table: Table, columns: Sequence[str], entities: Sequence[str]) -> str:
    """COPY of some columns of the rows of some entities; COPY takes no parameters."""
    where = f"{table.key[0]} = ANY({_text_array(entities)})"
    return f"COPY (SELECT {exported(table, columns)} FROM {table.name} WHERE {where}) TO STDOUT (FORMAT csv)"


def read_table(table: Table) -> str:
    """COPY of all rows or cells, in key order."""
    select = f"SELECT {exported(table, table.names)} FROM {table.name} ORDER BY {_list(table.key)}"
    return f"COPY ({select}) TO STDOUT (FORMAT csv)"


def _insert(table: Table) -> str:
    columns, source = _list(table.names), _given(table, table.names)
    return f"INSERT INTO {table.name} AS t ({columns}) SELECT {columns} FROM {source} ORDER BY {_list(table.key)}"


def _given(table: Table, columns: Sequence[str]) -> str:
    """The parameters as rows `s`."""
    arrays = _list(f"%b::{sql_type(table.schema[name])}[]" for name in columns)
    return f"unnest({arrays}) AS s ({_list(columns)})"


def _same_key(table: Table) -> str:
    return " AND ".join(f"t.{name} = s.{name}" for name in table.key)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _text_array(texts: Sequence[str]) -> str:
    elements = ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
    return "'{" + elements.replace("'", "''") + "}'::text[]"
