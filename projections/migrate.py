"""The tables and views of a schema, brought up to date by numbered SQL files, each applied once, in order.

In a file plain names mean the schema itself; `{schema}` and `{reporting}` stand for it and for the schema of its views. A file
that begins with `-- live only` is for `linli` alone. A released file is never changed: add the next number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from schemas.errors import Refused

if TYPE_CHECKING:
    from projections.model import Table

LIVE = "linli"
"""The schema of live processing."""

_LIVE_ONLY = "-- live only"


class Sql(Protocol):
    """A database session whose search path is the schema."""

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]: ...

    def transaction(self) -> AbstractContextManager[Any]: ...


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def sql(self, schema: str) -> str:
        return self.text.replace("{schema}", quoted(schema)).replace("{reporting}", quoted(reporting_of(schema)))


def reporting_of(schema: str) -> str:
    """The schema of the views over a schema: `reporting`, or `S_reporting`."""
    return "reporting" if schema == LIVE else f"{schema}_reporting"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def migrations(schema: str) -> list[Migration]:
    """The files that apply to a schema, in order."""
    found = [
        Migration(int(file.name.split("_")[0]), file.name, file.read_text(encoding="utf-8"))
        for file in files("projections").joinpath("migrations").iterdir()
        if file.name.endswith(".sql")
    ]
    wanted = [one for one in found if schema == LIVE or not one.text.startswith(_LIVE_ONLY)]
    return sorted(wanted, key=lambda one: one.number)


def migrate(sql: Sql, schema: str, tables: Iterable[Table]) -> list[str]:
    """Apply what is missing, all or nothing; the names of the files applied. `tables` gives columns their comments.

    Refused `refused.migration_changed` when a file is not the one that was applied.
    """
    with sql.transaction():
        sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"migrate {schema}",))
        _prepare(sql, schema)
        applied = {int(number): str(sha256) for number, sha256 in sql.execute("SELECT number, sha256 FROM migrations")}
        missing = [one for one in migrations(schema) if _is_missing(one, applied)]
        for one in missing:
            sql.execute(one.sql(schema))
            sql.execute(
                "INSERT INTO migrations (number, name, sha256) VALUES (%s, %s, %s)", (one.number, one.name, one.sha256)
            )
        if missing:
            sql.execute(";\n".join(statement for table in tables for statement in comments(table)))
    return [one.name for one in missing]


def comments(table: Table) -> list[str]:
    """`COMMENT ON` statements from the columns' documentation, English then Chinese."""
    return [
        f"COMMENT ON COLUMN {table.name}.{column.name} IS {_literal(f'{column.en} {column.zh}')}"
        for column in table.columns
    ]


def _prepare(sql: Sql, schema: str) -> None:
    for name in (schema, reporting_of(schema)):
        sql.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(name)}")
    sql.execute(
        "CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
        " applied_at timestamp with time zone NOT NULL DEFAULT now())"
    )


def _is_missing(one: Migration, applied: dict[int, str]) -> bool:
    if one.number not in applied:
        return True
    if applied[one.number] != one.sha256:
        raise Refused(
            f"migration {one.name} was applied with other content",
            code="refused.migration_changed",
            where=one.name,
            expected="released migrations to stay as they are",
            remedy="put the released file back, and state the change in a new one",
        )
    return False


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
