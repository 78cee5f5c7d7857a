"""One worker: a process of its own that runs one role's Faust app until it is told to stop, or must.

Started by `linli work` (`python -m linli.worker`), which reads what it tells on a pipe: one JSON document a line, `moved`,
`waiting` or `failed`. Standard input is its lifeline: when it ends, so does the worker.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread, Timer
from typing import Any

import faust

from linli.home import Home
from linli.logview import KafkaLogView
from linli.settings import load_settings
from linli.store import LIVE, ROLE, group_of, open_store
from projections.store import Store
from schemas.codec import Schemas
from schemas.errors import LinliError, NoProgress
from schemas.registry import Registry
from streams import selftest
from streams.agents import Applier
from streams.app import StreamSettings, make_app
from streams.claims import Claims, LogView
from streams.progress import PATIENCE, Moved, Progress, Watchdog

LOGGER = logging.getLogger(__name__)

STOP_SECONDS = 20.0
"""A worker that was told to stop and has not by then is ended: what it did not commit will be applied by the next."""

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What a worker works with."""

    role: str
    store: Store
    schemas: Schemas
    log: LogView
    streams: StreamSettings
    patience: float = PATIENCE


def run(parts: WorkerParts, tell: Tell) -> int:
    """Work until stopped; the exit code. Errors are told and logged, not raised."""
    try:
        selftest.check()
        return _run(parts, tell)
    except LinliError as error:
        return failed(error, tell)


def failed(error: BaseException, tell: Tell) -> int:
    """Tell why the worker ends; its exit code."""
    if isinstance(error, LinliError):
        LOGGER.error("%s", error)
        tell({"failed": error.as_dict(), "exit_code": error.exit_code})
        return error.exit_code
    LOGGER.error("the worker stops: %r", error, exc_info=error)
    tell({"failed": {"code": "worker", "what": repr(error)}, "exit_code": 1})
    return 1


def _run(parts: WorkerParts, tell: Tell) -> int:
    claims = Claims(parts.role, parts.store, parts.log)
    progress = Progress(
        time.monotonic, lambda moved: tell(_moved(moved)), lambda error: tell({"waiting": error.as_dict()})
    )
    app = make_app(parts.streams, Applier(parts.role, claims, parts.store, parts.schemas, progress))
    watchdog = Watchdog(parts.log, claims.held.values, progress, lambda stuck: _give_up(stuck, tell), parts.patience)
    worker = _SwiftWorker(app, loglevel="CRITICAL", redirect_stdouts=False, override_logging=False, quiet=True)
    worker.spinner = None
    _calm_collector()
    watchdog.start()
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        reason = worker.crash_reason or app.crash_reason
        return failed(reason, tell) if reason is not None else int(ended.code or 0)
    finally:
        watchdog.stop()


class _SwiftWorker(faust.Worker):
    """Faust's worker, with a time-out on stopping: clients that hang in their shutdown are a known family.

    Once its services have stopped the process ends at once, without waiting a second for whatever might be left.
    """

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        timer = Timer(STOP_SECONDS, os._exit, (1,))
        timer.daemon = True
        timer.start()
        super()._schedule_shutdown(signal)

    def _shutdown_loop(self) -> None:
        if self.crash_reason is not None:
            raise self.crash_reason


def _moved(moved: Moved) -> dict[str, Any]:
    told = moved.applied
    counts = {"applied": told.applied, "repeated": told.repeated, "dead_lettered": told.dead, "void": told.void}
    return {"moved": {"topic": moved.topic, "partition": moved.partition, "next": moved.next, **counts}}


def _give_up(stuck: NoProgress, tell: Tell) -> None:
    """Stuck clients cannot be stopped kindly."""
    os._exit(failed(stuck, tell))


def _calm_collector() -> None:
    """Batches are hundreds of thousands of short-lived objects without cycles: looking for cycles costs half of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000_000, 10, 10)


def few_arenas() -> None:
    """Let glibc keep two heaps instead of eight a core: batches pass through many threads, and each heap keeps what it had."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


_ARENA_MAX = -8
"""`M_ARENA_MAX` of malloc.h."""


def follow_lifeline() -> None:
    """Stop when standard input ends: whoever started this worker is gone."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, name="lifeline", daemon=True).start()


def teller(descriptor: int) -> Tell:
    """Writes documents to a pipe, one a line."""
    pipe = os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)

    def tell(document: dict[str, Any]) -> None:
        pipe.write(json.dumps(document, ensure_ascii=False) + "\n")

    return tell


def live_parts() -> WorkerParts:
    """The parts of this installation, from the environment. Nothing is asked of them yet."""
    settings = load_settings()
    endpoints = Home(settings).endpoints()
    schemas = Registry(endpoints.registry_url)
    store = open_store(endpoints.postgres_url, schemas)
    streams = StreamSettings(group_of(LIVE, ROLE), endpoints.kafka_bootstrap, settings.home / "worker")
    return WorkerParts(ROLE, store, schemas, KafkaLogView(endpoints.kafka_bootstrap, settings.librdkafka), streams)


def main(arguments: list[str]) -> int:
    """`python -m linli.worker DESCRIPTOR`: a worker on this installation's parts."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Twenty lines a second while a broker is away; that it is, is told as `waiting`.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    few_arenas()
    tell = teller(int(arguments[0]))
    follow_lifeline()
    try:
        parts = live_parts()
    except LinliError as error:
        return failed(error, tell)
    return run(parts, tell)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
