"""Up, down and state of the parts. `bring_up` may be repeated at any time: it starts only what is not running.

1 jars, 2 processes (Kafka and registry side by side, PostgreSQL meanwhile), 3 readiness, 4 topics, schemas, tables.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass

import fasteners
import psutil

from linli import topics
from linli.home import KAFKA, PARTS, POSTGRES, REGISTRY, Endpoints, Home, Recorded
from linli.parts import kafka, postgres, processes, registry
from linli.parts.jars import Jars, downloaded, jars
from linli.settings import masked
from linli.store import open_store
from schemas.errors import Unavailable
from schemas.registry import Registry

Progress = Callable[[str, str], None]
"""Told of each step: (part, what happens)."""

RUNNING, STOPPED, CRASHED, CONFIGURED, UNREACHABLE = "running", "stopped", "crashed", "configured", "unreachable"
POLL_SECONDS = 0.1

_READY: dict[str, Callable[[Recorded], bool]] = {KAFKA: kafka.ready, REGISTRY: registry.ready, POSTGRES: postgres.ready}


@dataclass(frozen=True, slots=True)
class State:
    """How a part is, as it may be shown: no password in `url`. `since`: seconds since 1970, 0 when it is not known."""

    part: str
    url: str
    state: str
    since: float


def bring_up(home: Home, progress: Progress) -> Endpoints:
    """Start what is not configured and not running, wait until each part answers, and create what they hold."""
    home.root.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        _start_all(home, progress)
        endpoints = home.endpoints()
        _prepare(home, endpoints, progress)
    return endpoints


def bring_down(home: Home, progress: Progress) -> list[str]:
    """Stop what we started, in the reverse order; the data stays. The parts that were running."""
    recorded = home.recorded()
    stopped = []
    with _alone(home):
        for part in (REGISTRY, KAFKA, POSTGRES):
            if part in recorded:
                was_running = postgres.stop(recorded[part]) if part == POSTGRES else processes.stop(recorded[part])
                progress(part, "stopped" if was_running else "was not running")
                stopped += [part] if was_running else []
                _note_stopped(home, part, recorded[part])
    return stopped


def states(home: Home) -> list[State]:
    """How each part is now. A part that was started here and was not stopped by us, but does not live, has crashed."""
    recorded = home.recorded()
    return [_state(home, part, recorded.get(part)) for part in PARTS]


def _state(home: Home, part: str, told: Recorded | None) -> State:
    url = home.configured(part)
    if url:
        answers = _READY[part](Recorded(url, 0, 0.0))
        return State(part, url if part == KAFKA else masked(url), CONFIGURED if answers else UNREACHABLE, 0)
    if told is None or told.pid == 0:
        return State(part, told.url if told else "", STOPPED, 0)
    if processes.running(told) is None:
        return State(part, told.url, CRASHED, 0)
    return State(part, told.url, RUNNING if _READY[part](told) else UNREACHABLE, told.started)


def _note_stopped(home: Home, part: str, told: Recorded) -> None:
    """Keep url and ports, so that the part comes back where it was."""
    home.record(part, Recorded(told.url, 0, 0.0, told.ports))


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One `up` or `down` at a time in a home."""
    with fasteners.InterProcessLock(home.root / ".lock"):
        yield


def _start_all(home: Home, progress: Progress) -> None:
    wanted = [part for part in PARTS if not home.configured(part)]
    found = _java(home, wanted, progress)
    with ThreadPoolExecutor(len(PARTS)) as pool:
        database = pool.submit(_start_postgres, home, progress) if POSTGRES in wanted else None
        if KAFKA in wanted:
            _start(home, KAFKA, progress, lambda before: kafka.start(home, _given(found), before))
        if REGISTRY in wanted:
            bootstrap = home.configured(KAFKA) or home.recorded()[KAFKA].url
            _start(home, REGISTRY, progress, lambda before: registry.start(home, _given(found), before, bootstrap))
        if database is not None:
            home.record(POSTGRES, database.result())
        waits = [pool.submit(_wait, home, part, progress) for part in wanted]
        for wait in waits:
            wait.result()


def _java(home: Home, wanted: list[str], progress: Progress) -> Jars | None:
    if KAFKA not in wanted and REGISTRY not in wanted:
        return None
    cache = home.settings.cache
    if not downloaded(cache):
        progress("jars", f"downloading Kafka and the schema registry into {cache} (once)")
    return jars(cache)


def _given(found: Jars | None) -> Jars:
    assert found is not None
    return found


def _start(home: Home, part: str, progress: Progress, start: Callable[[Recorded | None], Recorded]) -> None:
    before = home.recorded().get(part)
    if before is not None and processes.running(before) is not None:
        return
    progress(part, "starting" if before is None or before.pid == 0 else "crashed; starting again")
    home.record(part, start(before))


def _start_postgres(home: Home, progress: Progress) -> Recorded:
    before = home.recorded().get(POSTGRES)
    if before is not None and processes.running(before) is not None:
        return before
    progress(POSTGRES, "starting" if before is None or before.pid == 0 else "crashed; starting again")
    return postgres.start(home)


def _wait(home: Home, part: str, progress: Progress) -> None:
    """Wait until a part answers; Unavailable `part.<name>.start` with its log's end when it ends or takes too long."""
    began, told = time.monotonic(), home.recorded()[part]
    while not _READY[part](told):
        if processes.running(told) is None:
            raise _failed(home, part, "ended while it started")
        if time.monotonic() - began > home.settings.start_timeout:
            raise _failed(home, part, f"did not answer within {home.settings.start_timeout} s")
        psutil.wait_procs([psutil.Process(told.pid)], timeout=POLL_SECONDS)
    progress(part, f"ready at {told.url} ({time.monotonic() - began:.1f} s)")


def _failed(home: Home, part: str, how: str) -> Unavailable:
    log = home.log(part) if part != POSTGRES else home.folder(POSTGRES) / "data" / "log"
    return Unavailable(
        f"{part} {how}; the end of its log:\n{processes.last_lines(log)}",
        code=f"part.{part}.start",
        where=str(log),
        remedy="mend what the log says, then run `linli up` again",
    )


def _prepare(home: Home, endpoints: Endpoints, progress: Progress) -> None:
    """Topics, schemas and tables: each only what is missing."""
    created = topics.ensure(endpoints.kafka_bootstrap, home.settings)
    schemas = Registry(endpoints.registry_url)
    ids = schemas.register_all()
    with closing(open_store(endpoints.postgres_url, schemas)) as store:
        applied = store.migrate()
    progress(
        "contents", f"{len(created)} topics created, {len(ids)} schemas registered, {len(applied)} migrations applied"
    )
