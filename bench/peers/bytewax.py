"""Bytewax: the Kafka source in batches of 1,000, decoded by the batch; for PostgreSQL collected into larger ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow, Stream
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from bench.peers.tables import opened, write_batch
from bench.peers.work import Decoder, Event, Job, Watch, asked, cell_of, digest

FLUSH_AFTER = timedelta(seconds=5)
Told = tuple[str, Event]


def messages(flow: Dataflow, job: Job) -> Stream[Any]:
    """The topic from its beginning to its present end."""
    return op.input("log", flow, KafkaSource([job.bootstrap], [job.topic], tail=False))


class OverError(Exception):
    """Raised in a step, since a dataflow can't be stopped otherwise."""


def stop_when(*, over: bool) -> None:
    """End the dataflow."""
    if over:
        raise OverError


def run(flow: Dataflow, watch: Watch) -> None:
    """Run until the topic's end or the watch's."""
    try:
        run_main(flow)
    except Exception:
        if not watch.over:
            raise


def count(flow: Dataflow, job: Job, watch: Watch) -> None:
    """Task (a)."""
    decoded = Decoder(job.schemas)
    counts: Counter[Any] = Counter()

    def counting(batch: list[Any]) -> Iterator[int]:
        watch.begin()
        counts.update(cell_of(*decoded(message.value)) for message in batch)
        stop_when(over=watch.done(len(batch)))
        return iter(())

    op.output("nowhere", op.flat_map_batch("count", messages(flow, job), counting), Nowhere())
    run(flow, watch)
    watch.report(digest=digest(counts))


class Nowhere(DynamicSink[Any]):  # type: ignore[misc]  # not in our environment
    """A dataflow must end somewhere."""

    def build(self, *_: Any) -> StatelessSinkPartition[Any]:
        return _NowherePartition()


class _NowherePartition(StatelessSinkPartition[Any]):  # type: ignore[misc]  # not in our environment
    def write_batch(self, items: list[Any]) -> None:
        pass


class Cases(DynamicSink[tuple[str, list[Told]]]):  # type: ignore[misc]  # not in our environment
    """Writes each collected batch in one transaction."""

    def __init__(self, job: Job, watch: Watch) -> None:
        self._job, self._watch = job, watch

    def build(self, *_: Any) -> StatelessSinkPartition[tuple[str, list[Told]]]:
        return _CasesPartition(self._job, self._watch)


class _CasesPartition(StatelessSinkPartition[tuple[str, list[Told]]]):  # type: ignore[misc]  # not in our environment
    def __init__(self, job: Job, watch: Watch) -> None:
        self._watch = watch
        self._connection = opened(job.postgres, job.schema)

    def write_batch(self, items: list[tuple[str, list[Told]]]) -> None:
        for _, batch in items:
            self._watch.touched(write_batch(self._connection, batch))
            stop_when(over=self._watch.done(len(batch)))


def keep_cases(flow: Dataflow, job: Job, watch: Watch) -> None:
    """Task (b)."""
    decoded = Decoder(job.schemas)

    def decoding(batch: list[Any]) -> Iterator[tuple[str, Told]]:
        watch.begin()
        return ((str(message.partition), decoded(message.value)) for message in batch)

    decoding_step = op.flat_map_batch("decode", messages(flow, job), decoding)
    op.output("cases", op.collect("batches", decoding_step, FLUSH_AFTER, job.batch), Cases(job, watch))
    run(flow, watch)
    watch.report()


if __name__ == "__main__":
    job = asked()
    {"counts": count, "cases": keep_cases}[job.task](Dataflow("bench"), job, Watch(job))
