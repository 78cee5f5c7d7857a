"""Rows as PostgreSQL's COPY writes them, read as a frame, exactly.

CSV, where PostgreSQL quotes an empty text and leaves NULL bare; instants as microseconds and dates as days since 1970, so
that nothing depends on a session's date style.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from projections.model import TIMESTAMP

if TYPE_CHECKING:
    from projections.model import Table


def exported(table: Table, columns: Sequence[str]) -> str:
    """The select list that `from_csv` reads."""
    return ", ".join(_exported(name, table.schema[name]) for name in columns)


def _exported(name: str, dtype: pl.DataType | type[pl.DataType]) -> str:
    if dtype == TIMESTAMP:
        return f"(extract(epoch FROM {name}) * 1000000)::bigint"
    if dtype == pl.Date:
        return f"{name} - DATE '1970-01-01'"
    if dtype == pl.Boolean:
        return f"{name}::integer"
    return name


def from_csv(table: Table, columns: Sequence[str], data: bytes) -> pl.DataFrame:
    """What `COPY (SELECT exported…) TO STDOUT (FORMAT csv)` sent."""
    schema = {name: table.schema[name] for name in columns}
    if not data:
        return pl.DataFrame(schema=schema)
    wire = {name: _wire(dtype) for name, dtype in schema.items()}
    return pl.read_csv(io.BytesIO(data), has_header=False, schema=wire).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )


def _wire(dtype: pl.DataType | type[pl.DataType]) -> pl.DataType | type[pl.DataType]:
    if dtype == TIMESTAMP:
        return pl.Int64
    if dtype in (pl.Date, pl.Boolean):
        return pl.Int32
    return dtype
