"""Stock Faust, an event at a time, as its documentation teaches: one agent, one topic, raw values."""

from __future__ import annotations

import signal
from collections import Counter
from typing import Any

import faust
import psycopg

from bench.peers.tables import opened, write_event
from bench.peers.work import Decoder, Job, Watch, asked, cell_of, digest


def app_of(job: Job) -> faust.App:
    """The app, with the settings that any user would choose for a bare consumer."""
    return faust.App(
        job.group,
        broker=f"kafka://{job.bootstrap}",
        store="memory://",
        datadir=str(job.scratch),
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        topic_disable_leader=True,
        topic_allow_declare=False,
        reply_create_topic=False,
        stream_wait_empty=False,
        key_serializer="raw",
        value_serializer="raw",
    )


def count(app: faust.App, job: Job, watch: Watch) -> None:
    """Task (a)."""
    decoded = Decoder(job.schemas)
    counts: Counter[Any] = Counter()

    @app.agent(app.topic(job.topic, value_type=bytes))
    async def counting(stream: Any) -> None:
        async for value in stream:
            watch.begin()
            counts[cell_of(*decoded(value))] += 1
            if watch.done(1):
                end(watch, digest=digest(counts))


def keep_cases(app: faust.App, job: Job, watch: Watch) -> None:
    """Task (b): one transaction an event."""
    decoded = Decoder(job.schemas)
    opened(job.postgres, job.schema).close()

    @app.agent(app.topic(job.topic, value_type=bytes))
    async def keeping(stream: Any) -> None:
        options = f"-c search_path={job.schema}"
        async with await psycopg.AsyncConnection.connect(job.postgres, options=options, autocommit=True) as connection:
            async for value in stream:
                watch.begin()
                await write_event(connection, *decoded(value))
                watch.touched(1)
                if watch.done(1):
                    end(watch)


def end(watch: Watch, **found: Any) -> None:
    """Report and stop the worker, as a signal from outside would."""
    watch.report(**found)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    job = asked()
    app = app_of(job)
    {"counts": count, "cases": keep_cases}[job.task](app, job, Watch(job))
    app.Worker(loglevel="ERROR", redirect_stdouts=False).execute_from_commandline()
