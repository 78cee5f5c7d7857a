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
from collections.abc import AsyncIterator, Iterator

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
from streams.records import Fetched

DIMENSIONS = ("name", "place", "category", "day")
NOTHING = pl.DataFrame(schema={**dict.fromkeys(DIMENSIONS[:3], pl.String()), "day": pl.Int64(), "n": pl.UInt32()})
PREFIX = 5
"""Bytes that tell the schema: 0x00 and its id."""


class CountingApplier(Applier):
    """What the agent does with stretches: counts them, two at a time in threads, while the next are fetched."""

    def __init__(self, job: Job, schemas: Schemas, watch: Watch) -> None:
        store = MemoryStore(Derivation(schemas, valid_facts, (), ()))
        claims = Claims(ROLE, store, KafkaLogView(job.bootstrap))
        super().__init__(ROLE, claims, store, schemas, Progress(time.monotonic))
        self._watch = watch
        self.counts = Counts()

    async def run(self, stretches: AsyncIterator[Stretch]) -> None:
        async with asyncio.TaskGroup() as counting:
            async for stretch in stretches:
                self._watch.begin()
                await self.slots.acquire()
                counting.create_task(self._count(stretch))

    async def _count(self, stretch: Stretch) -> None:
        self.counts.add(await asyncio.to_thread(counted, stretch.records, self.schemas))
        over = self._watch.done(len(stretch.records))
        stretch.release()
        self.released()
        self.slots.release()
        if over:
            self.counts.sum()
            self._watch.done(0)
            signal.raise_signal(signal.SIGTERM)


class Counts:
    """Counts so far; what is new is summed up when it is as much as what was."""

    def __init__(self) -> None:
        self._sum, self._new, self._rows = NOTHING, list[pl.DataFrame](), 0

    def add(self, cells: pl.DataFrame) -> None:
        self._new.append(cells)
        self._rows += cells.height
        if self._rows > self._sum.height:
            self.sum()

    def sum(self) -> pl.DataFrame:
        self._sum = pl.concat([self._sum, *self._new]).group_by(DIMENSIONS).agg(pl.col("n").sum())
        self._new, self._rows = [], 0
        return self._sum


def counted(fetched: Fetched, schemas: Schemas) -> pl.DataFrame:
    """The counts of some records."""
    records = fetched.by_column()
    told = pl.DataFrame({"value": records.values, "id": records.event_ids})
    groups = told.group_by(pl.col("value").bin.slice(0, PREFIX).alias("prefix")).agg(pl.all())
    return pl.concat(_cells(prefix, values.bin.slice(PREFIX), ids, schemas) for prefix, values, ids in _parts(groups))


def _parts(groups: pl.DataFrame) -> Iterator[tuple[bytes, pl.Series, pl.Series]]:
    for number, prefix in enumerate(groups["prefix"].to_list()):
        yield prefix, groups["value"][number], groups["id"][number]


def _cells(prefix: bytes, bodies: pl.Series, stated: pl.Series, schemas: Schemas) -> pl.DataFrame:
    """Counts of records that share a schema. ValueError when one of them can't be decoded."""
    schema_id, _ = unframe(prefix + b"\0")
    schema = schemas.by_id(schema_id)
    block = decode_block(schema, bodies, stated)
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
    counted = {(name, place, category, day): n for name, place, category, day, n in applier.counts.sum().iter_rows()}
    watch.report(digest=digest(counted))


if __name__ == "__main__":
    count(job := asked(), Watch(job))
