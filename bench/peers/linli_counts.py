"""Linli at task (a): its Faust app with the batch hook, decoding by column, and counting with Polars.

The app, its claims and its hook are the real ones. The agent differs: it counts instead of building facts for a store, and
like the peers it does not look at keys and partitions. The columnar decoder's guards (row count, event ids as the headers
state them) are in force.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any

import faust
import polars as pl

from bench.peers.linli_worker import ROLE, JobSchemas, streams_of
from bench.peers.work import DAY, OFFSET_OF_CHINA, Job, Watch, asked, digest
from linli.logview import KafkaLogView
from projections.facts import valid_facts
from projections.memory import MemoryStore
from projections.touch import Derivation
from schemas.codec import Schemas, decode_block, unframe
from streams.agents import Applier
from streams.app import make_app
from streams.claims import Claims
from streams.hook import Stretch
from streams.progress import Progress

DIMENSIONS = ("name", "place", "category", "day")
NOTHING = pl.DataFrame(schema={**dict.fromkeys(DIMENSIONS[:3], pl.String()), "day": pl.Int64(), "n": pl.UInt32()})
PREFIX = 5
"""Bytes that tell the schema: 0x00 and its id."""


class CountingApplier(Applier):
    """What the agent does with stretches: counts them, one decoded in a thread while the next is fetched."""

    def __init__(self, job: Job, schemas: Schemas, watch: Watch) -> None:
        store = MemoryStore(Derivation(schemas, valid_facts, (), ()))
        claims = Claims(ROLE, store, KafkaLogView(job.bootstrap))
        super().__init__(ROLE, claims, store, schemas, Progress(time.monotonic))
        self._watch = watch
        self.counts = NOTHING

    async def run(self, stretches: AsyncIterator[Stretch]) -> None:
        async for stretch in stretches:
            self._watch.begin()
            self.counts = await asyncio.to_thread(added, self.counts, stretch.records, self.schemas)
            over = self._watch.done(len(stretch.records))
            stretch.release()
            self.released()
            if over:
                signal.raise_signal(signal.SIGTERM)


def added(counts: pl.DataFrame, records: Iterable[Any], schemas: Schemas) -> pl.DataFrame:
    """The counts with those of further records."""
    groups: defaultdict[bytes, list[Any]] = defaultdict(list)
    for record in records:
        groups[record.value[:PREFIX]].append(record)
    cells = [_cells(prefix, some, schemas) for prefix, some in groups.items()]
    return pl.concat([counts, *cells]).group_by(DIMENSIONS).agg(pl.col("n").sum())


def _cells(prefix: bytes, records: list[Any], schemas: Schemas) -> pl.DataFrame:
    """Counts of records that share a schema. ValueError when one of them can't be decoded."""
    schema_id, _ = unframe(prefix + b"\0")
    schema = schemas.by_id(schema_id)
    stated = pl.Series([record.headers[0][1] for record in records], dtype=pl.Binary).cast(pl.String)
    block = decode_block(schema, [record.value[PREFIX:] for record in records], stated)
    if block.faults:
        raise ValueError(block.faults)
    return cells_of(schema.event.name, block.frame)


def cells_of(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Counts of one event type's frame: `NOTHING`'s columns."""
    day = (pl.col("occurred_at") + OFFSET_OF_CHINA).floordiv(DAY)
    place, category = (
        pl.col(column).fill_null("") if column in frame.columns else pl.lit("") for column in ("place_id", "category")
    )
    dimensions = (pl.lit(name).alias("name"), place.alias("place"), category.alias("category"), day.alias("day"))
    return frame.lazy().select(dimensions).group_by(DIMENSIONS).agg(pl.len().alias("n")).collect()


def count(job: Job, watch: Watch) -> None:
    """Run the app until all is counted. RuntimeError when it fails."""
    applier = CountingApplier(job, JobSchemas(job.schemas), watch)
    app = make_app(streams_of(job), applier)
    gc.freeze()
    gc.set_threshold(2_000_000, 10, 10)
    worker = faust.Worker(app, loglevel="ERROR", redirect_stdouts=False, override_logging=False, quiet=True)
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        if ended.code or not watch.over:
            raise RuntimeError("the worker did not do its work undisturbed") from app.crash_reason
    counted = {(name, place, category, day): n for name, place, category, day, n in applier.counts.iter_rows()}
    watch.report(digest=digest(counted))


if __name__ == "__main__":
    count(job := asked(), Watch(job))
