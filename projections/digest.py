"""Digest of a table: SHA-256 over its rows in key order, the same for a table in PostgreSQL and for a frame in memory.

One line a row, columns in the order of the table, joined by commas, ended by a line feed, UTF-8. NULL: nothing. Text: in
double quotes, each quote inside doubled, so that the empty text is not NULL. Everything else is a decimal integer:
instants as microseconds and dates as days since 1970-01-01 UTC, booleans as 0 or 1, floating-point numbers as the 64 bits of
IEEE 754 read as a signed integer. Keys are in the order of their bytes (`COLLATE "C"`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from projections.model import TIMESTAMP

if TYPE_CHECKING:
    from projections.model import Table

_ROWS = 100_000
"""Rows turned into text at once."""


def digest(table: Table, rows: pl.DataFrame) -> str:
    """The digest (hex) of all rows of a table; they may be in any order."""
    hashed = hashlib.sha256()
    for part in rows.select(table.names).sort(table.key).iter_slices(_ROWS):
        lines = part.select(pl.concat_str([_text(name, dtype) for name, dtype in table.schema.items()], separator=","))
        hashed.update("".join(f"{line}\n" for line in lines.to_series()).encode())
    return hashed.hexdigest()


def statement(table: Table) -> str:
    """The COPY statement whose output, as it comes, is what `digest` hashes."""
    columns = ", ".join(f"{_sql(name, dtype)} AS {name}" for name, dtype in table.schema.items())
    quoted = ", ".join(name for name, dtype in table.schema.items() if dtype == pl.String)
    keys = ", ".join(f"t.{name}" for name in table.key)
    force = f", FORCE_QUOTE ({quoted})" if quoted else ""
    return f"COPY (SELECT {columns} FROM {table.name} AS t ORDER BY {keys}) TO STDOUT (FORMAT csv{force})"


def _text(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        text = '"' + column.str.replace_all('"', '""', literal=True) + '"'
    elif dtype == pl.Float64:
        text = column.map_batches(_bits, return_dtype=pl.Int64).cast(pl.String)
    elif dtype == pl.Boolean:
        text = column.cast(pl.Int8).cast(pl.String)
    elif dtype in (TIMESTAMP, pl.Date):
        text = column.to_physical().cast(pl.String)
    else:
        text = column.cast(pl.String)
    return text.fill_null("")


def _bits(numbers: pl.Series) -> pl.Series:
    bits = pl.Series(numbers.name, numbers.fill_null(0.0).to_numpy().view("int64"), dtype=pl.Int64)
    return bits.zip_with(numbers.is_not_null(), pl.Series(numbers.name, [None], dtype=pl.Int64))


def _sql(name: str, dtype: pl.DataType | type[pl.DataType]) -> str:
    if dtype == TIMESTAMP:
        return f"(extract(epoch FROM {name}) * 1000000)::bigint"
    if dtype == pl.Date:
        return f"{name} - DATE '1970-01-01'"
    if dtype == pl.Boolean:
        return f"{name}::integer"
    if dtype == pl.Float64:
        return f"('x' || encode(float8send({name}), 'hex'))::bit(64)::bigint"
    return name
