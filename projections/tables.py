"""`Tables` through a database session: everything goes in as arrays, rows come back through COPY.

Whatever goes into a table that other workers write too goes in key order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from projections import heads, statements
from projections.arrays import Array, array, bytes_array
from projections.cells import measures
from projections.copying import from_csv
from schemas.errors import Unavailable

if TYPE_CHECKING:
    from projections.heads import Blobs
    from projections.model import Table
    from schemas.catalogue import Family


class BadData(Exception):
    """PostgreSQL refuses a value (SQLSTATE class 22 or 23)."""


class Interrupted(Unavailable):
    """The connection was lost in the middle: by the idle time-out while something was derived, or for another reason.

    The server's last words may be lost with it, so that the two cannot be told apart.
    """

    code = "part.postgres.interrupted"


class Locked(Unavailable):
    """Somebody else holds a row for too long."""

    code = "part.postgres.locked"


class Session(Protocol):
    """What is needed of a database session. It raises Unavailable, BadData, Interrupted and Locked."""

    def execute(
        self, statement: str, parameters: Sequence[Any] | None = None, *, binary: bool = False
    ) -> list[tuple[Any, ...]]: ...

    def copy_out(self, statement: str) -> Iterable[bytes]: ...


class SessionTables:
    """`Tables` inside the session's open transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, family: Family, new: Blobs) -> Blobs:
        return heads.blobs(self._session.execute(statements.append_facts(family), _facts(new), binary=True))

    def facts(self, family: Family, keys: Sequence[str]) -> Blobs:
        return heads.blobs(self._session.execute(statements.some_facts(family), (list(keys),), binary=True))

    def replace(self, family: Family, blobs: Blobs) -> None:
        self._session.execute(statements.replace_facts(family), _facts(blobs))

    def rows(self, table: Table, entities: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        data = b"".join(self._session.copy_out(statements.read_rows(table, columns, entities)))
        return from_csv(table, columns, data)

    def write(self, table: Table, rows: pl.DataFrame) -> None:
        self._session.execute(statements.upsert(table), _columns(rows, table.names))

    def delete(self, table: Table, keys: pl.DataFrame) -> None:
        self._session.execute(statements.delete(table), _columns(keys, table.key))

    def add(self, table: Table, cells: pl.DataFrame) -> None:
        self._session.execute(statements.add(table), _columns(cells, table.names))
        down = cells.filter(pl.any_horizontal(pl.col(name) < 0 for name in measures(table)))
        if down.height:
            self._session.execute(statements.delete_empty(table), _columns(down, table.key))


def _columns(frame: pl.DataFrame, names: Sequence[str]) -> list[Array]:
    return [array(frame[name]) for name in names]


def _facts(blobs: Blobs) -> list[Array]:
    """Keys, heads and bodies as parameters."""
    return [array(pl.Series(blobs.keys, dtype=pl.String)), bytes_array(blobs.heads), bytes_array(blobs.bodies)]
