"""Linli's real worker, run until the job's events have had their effect."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bench.peers.work import Job, Watch
from linli.logview import KafkaLogView
from linli.worker import WorkerParts, run
from projections.store import Store
from schemas.catalogue import COMPLAINTS, EventType
from schemas.codec import AvroSchema, Schemas, unknown_schema
from streams.app import StreamSettings

ROLE = "bench"
STORED_BYTES = 105
"""What one event of the load takes in the topic, with lz4: a fetch of so many a record is about a whole batch."""


class JobSchemas:
    """`Schemas` that the job states: the ids that the registry gave when the load was written."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._schemas = {number: AvroSchema(text) for number, text in texts.items()}
        self._ids = {schema.event: number for number, schema in self._schemas.items()}

    def id_of(self, event: EventType) -> int:
        return self._ids[event]

    def by_id(self, schema_id: int) -> AvroSchema:
        if schema_id not in self._schemas:
            raise unknown_schema(schema_id)
        return self._schemas[schema_id]


def streams_of(job: Job) -> StreamSettings:
    """As `linli work` sets them, but for complaints alone, and for smaller batches where the job asks for them."""
    streams = StreamSettings(job.group, job.bootstrap, job.scratch, families=(COMPLAINTS,))
    if not job.batch:
        return streams
    return replace(streams, records_a_fetch=job.batch, fetch_bytes=job.batch * STORED_BYTES)


def work(job: Job, watch: Watch, store_of: Callable[[Schemas], Store]) -> None:
    """Run the worker until the watch says that all is done, in batches of a fetch, or of at most `job.batch` events.

    RuntimeError when it fails.
    """
    schemas = JobSchemas(job.schemas)
    parts = WorkerParts(ROLE, store_of(schemas), schemas, KafkaLogView(job.bootstrap), streams_of(job))
    told: list[dict[str, Any]] = []

    def tell(document: dict[str, Any]) -> None:
        if "moved" not in document:
            told.append(document)
        elif watch.done(document["moved"]["applied"]):
            os.kill(os.getpid(), signal.SIGTERM)

    if run(parts, tell) or told:
        raise RuntimeError(f"the worker did not do its work undisturbed: {told}")
