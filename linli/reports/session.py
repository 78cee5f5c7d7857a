"""One reading of the database: a report sees one snapshot, so that its rows and its positions belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from projections.migrate import LIVE, reporting_of
from schemas.errors import Unavailable, WrongUsage

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Session:
    """A connection inside one REPEATABLE READ transaction whose search path is the schema asked for, then its views.

    Temporary tables come before both (PostgreSQL looks there first), which is how an as-of state stands in for the
    present. `derived`: rows were derived for an earlier instant, so that roll-ups, which hold the present, must not be
    read.
    """

    connection: psycopg.Connection[Row]
    schema: str
    derived: bool = False

    def rows(self, query: str | Select, **given: Any) -> list[Row]:
        """All rows of a query; named parameters as `%(name)s`."""
        composed = sql.SQL(str(query))  # put together from constants of this package only
        return self.connection.execute(composed, given).fetchall()

    def one(self, query: str | Select, **given: Any) -> Row:
        """The only row of a query."""
        (row,) = self.rows(query, **given)
        return row


@contextmanager
def reading(url: str, schema: str = LIVE) -> Iterator[Session]:
    """A session on the database at `url`; its transaction is never committed: a report leaves nothing behind.

    Raises Unavailable `part.postgres`; WrongUsage `usage.schema` when the schema holds no projections.
    """
    try:
        connection: psycopg.Connection[Row] = psycopg.connect(url, row_factory=dict_row, autocommit=True)
    except psycopg.OperationalError as error:
        raise _away(error) from error
    try:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SET LOCAL timezone = 'UTC'; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        path = sql.SQL(", ").join(map(sql.Identifier, (schema, reporting_of(schema))))
        connection.execute(sql.SQL("SET LOCAL search_path = {}").format(path))
        session = Session(connection, schema)
        _check(session)
        yield session
    except psycopg.OperationalError as error:
        raise _away(error) from error
    finally:
        connection.close()


def _away(error: psycopg.Error) -> Unavailable:
    return Unavailable(
        f"PostgreSQL does not answer ({str(error).strip().splitlines()[0]})",
        code="part.postgres",
        remedy="see `linli status`; `linli up` starts an embedded one",
    )


def _check(session: Session) -> None:
    """The schema holds the tables and views that reports read."""
    found = session.one("SELECT to_regclass('cases') AS cases, to_regclass('answerable_parties') AS views")
    if found["cases"] is None or found["views"] is None:
        known = session.rows("SELECT nspname FROM pg_namespace n WHERE EXISTS (SELECT FROM pg_class c "
                             "WHERE c.relnamespace = n.oid AND c.relname = 'positions') ORDER BY nspname")  # fmt: skip
        raise WrongUsage(
            f"schema {session.schema!r} holds no projections",
            code="usage.schema",
            expected=", ".join(row["nspname"] for row in known)
            or "a schema that `linli work` or `linli replay` filled",
            remedy="`linli up` creates the live one",
        )


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT put together from constants of this package; what people type goes in as parameters only.

    `columns`: name → expression. `group`: those of the columns by which the others are summed up.
    """

    columns: Mapping[str, str]
    table: str
    ctes: Sequence[str] = ()
    joins: Sequence[str] = ()
    where: Sequence[str] = ()
    group: Sequence[str] = ()

    def __str__(self) -> str:
        selected = ", ".join(f"{expression} AS {name}" for name, expression in self.columns.items())
        parts = [
            "WITH " + ", ".join(self.ctes) if self.ctes else "",
            "SELECT " + selected,
            "FROM " + self.table,
            *self.joins,
            "WHERE " + " AND ".join(self.where) if self.where else "",
            "GROUP BY " + ", ".join(self.columns[name] for name in self.group) if self.group else "",
        ]
        return "\n".join(filter(None, parts))
