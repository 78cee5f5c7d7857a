"""Quix Streams: a dataframe over the topic; for PostgreSQL a batching sink, flushed at each checkpoint."""

from __future__ import annotations

from collections import Counter
from typing import Any

from quixstreams import Application
from quixstreams.sinks.base.batch import SinkBatch
from quixstreams.sinks.base.sink import BatchingSink

from bench.peers.tables import opened, write_batch
from bench.peers.work import Decoder, Job, Watch, asked, cell_of, digest


def app_of(job: Job) -> Application:
    """The application; a checkpoint every `job.batch` events and partition, or 5 s."""
    return Application(
        job.bootstrap,
        consumer_group=job.group,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        commit_every=job.batch,
        state_dir=job.scratch,
        loglevel="ERROR",
    )


def count(app: Application, job: Job, watch: Watch) -> None:
    """Task (a)."""
    decoded = Decoder(job.schemas)
    counts: Counter[Any] = Counter()

    def counting(value: bytes) -> None:
        watch.begin()
        counts[cell_of(*decoded(value))] += 1
        if watch.done(1):
            app.stop()

    app.dataframe(app.topic(job.topic, value_deserializer="bytes")).update(counting)
    app.run()
    watch.report(digest=digest(counts))


class Cases(BatchingSink):  # type: ignore[misc]  # not in our environment
    """Writes what a checkpoint holds of a partition in one transaction."""

    def __init__(self, app: Application, job: Job, watch: Watch) -> None:
        super().__init__()
        self._app, self._watch = app, watch
        self._connection = opened(job.postgres, job.schema)

    def write(self, batch: SinkBatch) -> None:
        self._watch.touched(write_batch(self._connection, (item.value for item in batch)))
        if self._watch.done(batch.size):
            self._app.stop()


def keep_cases(app: Application, job: Job, watch: Watch) -> None:
    """Task (b)."""
    decoded = Decoder(job.schemas)

    def decoding(value: bytes) -> Any:
        watch.begin()
        return decoded(value)

    app.dataframe(app.topic(job.topic, value_deserializer="bytes")).apply(decoding).sink(Cases(app, job, watch))
    app.run()
    watch.report()


if __name__ == "__main__":
    job = asked()
    {"counts": count, "cases": keep_cases}[job.task](app_of(job), job, Watch(job))
