"""Migrations create exactly the tables that projections and roll-ups state, once, in any schema, on every version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from projections import PROJECTIONS, ROLL_UPS, migrate
from projections.migrate import LIVE, Migration
from projections.postgres import Session
from schemas.errors import Refused
from tests.contracts.toy import column_type

TABLES = [value.table for value in (*PROJECTIONS, *ROLL_UPS)]

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.attcollation = '"C"'::regcollation, col_description(a.attrelid, a.attnum)
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.place
"""


def test_tables_are_as_the_projections_say(session: Session) -> None:
    """When this fails: a migration (the next number) must change the table, or the `Table` is wrong."""
    found, stated = {}, {}
    for table in TABLES:
        rows = session.execute(_COLUMNS, (table.name,))
        columns = {name: f'{kind} COLLATE "C"' if collated else kind for name, kind, collated, _ in rows}
        found[table.name] = (columns, [name for (name,) in session.execute(_KEY, (table.name,))])
        stated[table.name] = ({name: column_type(dtype) for name, dtype in table.schema.items()}, list(table.key))
    assert found == stated


def test_every_column_is_documented_in_both_languages(session: Session) -> None:
    session.execute("".join(f"{comment};" for table in TABLES for comment in migrate.comments(table)))
    for table in TABLES:
        told = {name: text for name, _, _, text in session.execute(_COLUMNS, (table.name,))}
        assert told == {column.name: f"{column.en} {column.zh}" for column in table.columns}


def test_migrations_are_applied_once_whoever_comes_first(database: str) -> None:
    sessions = [Session(database, "s'1") for _ in range(3)]
    try:
        with ThreadPoolExecutor(3) as pool:
            applied = list(pool.map(lambda session: migrate.migrate(session, "s'1", TABLES), sessions))
        assert sorted(map(len, applied))[:2] == [0, 0]
        names = sessions[0].execute("SELECT name FROM migrations ORDER BY number")
        assert [name for (name,) in names] == max(applied)
        views = "SELECT count(*) FROM information_schema.views WHERE table_schema = %s"
        assert sessions[0].execute(views, ("s'1_reporting",)) == sessions[0].execute(views, ("reporting",))
    finally:
        for session in sessions:
            session.close()


def test_keys_are_kept_in_the_live_schema_only(session: Session, database: str) -> None:
    other = Session(database, "replayed")
    migrate.migrate(other, "replayed", TABLES)
    assert other.execute("SELECT to_regclass('replayed.subject_keys')") == [(None,)]
    assert session.execute("SELECT to_regclass('linli.subject_keys') IS NOT NULL") == [(True,)]
    other.close()


def test_a_changed_migration_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = migrate.migrations(LIVE)
    changed = [Migration(first.number, first.name, first.text + "\n-- later"), *others]
    monkeypatch.setattr(migrate, "migrations", lambda schema: changed)
    with pytest.raises(Refused) as refused:
        migrate.migrate(session, LIVE, TABLES)
    assert refused.value.code == "refused.migration_changed"


def test_numbers_are_given_once() -> None:
    numbers = [one.number for one in migrate.migrations(LIVE)]
    assert numbers == sorted(set(numbers))
