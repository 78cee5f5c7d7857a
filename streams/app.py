"""The Faust app of one role, made by a factory: one agent a family, positions in the store, nothing kept in Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faust
import mode
from faust.tables.manager import TableManager
from mode.utils.times import Seconds

from schemas.catalogue import FAMILIES, Family
from streams.agents import Applier
from streams.hook import StretchScheduler, StretchSchema, StretchTransport

if TYPE_CHECKING:
    from streams.hook import Stretch


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """`group`: consumer group, one for each schema and role. `bootstrap`: host:port, comma-separated.

    `records_in_memory`: fetched and not yet applied, over all partitions; `records_a_fetch`: about so many at most in one
    batch (how many batches are decoded at a time is `streams.agents`' matter); `fetch_bytes`: of one partition, as stored.
    `session_seconds`: after which a dead worker's partitions move.
    `security`: further Faust settings (`broker_credentials`, `ssl_context`).
    """

    group: str
    bootstrap: str
    data_dir: Path
    families: tuple[Family, ...] = FAMILIES
    records_in_memory: int = 120_000
    records_a_fetch: int = 40_000
    fetch_bytes: int = 4 * 1024 * 1024
    session_seconds: float = 6.0
    security: Mapping[str, Any] | None = None


def make_app(settings: StreamSettings, applier: Applier) -> faust.App:
    """A new app: nothing is connected before its worker starts. The applier learns how to ask for room and new claims."""
    app = faust.App(
        settings.group,
        broker="kafka://" + settings.bootstrap.replace(",", ";"),
        datadir=str(settings.data_dir),
        consumer_max_fetch_size=settings.fetch_bytes,
        broker_max_poll_records=settings.records_a_fetch,
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=settings.session_seconds / 3,
        **_FIXED,
        **(settings.security or {}),
    )
    transport = StretchTransport(app.conf.broker_consumer, app, applier.claims, settings.records_in_memory)
    app.transport = transport
    applier.released, applier.fenced = transport.released, transport.fenced
    for family in settings.families:
        _add_agent(app, family, applier)
    return app


class NoTables(TableManager):
    """Faust waits a second at its start for tables to register themselves. There are none."""

    async def sleep(self, n: Seconds, *, loop: asyncio.AbstractEventLoop | None = None) -> None:  # noqa: ARG002  Faust names them
        """Not at all."""
        await asyncio.sleep(0)


_FIXED: Mapping[str, Any] = {
    "store": "memory://",
    "key_serializer": "raw",
    "value_serializer": "raw",
    "ConsumerScheduler": StretchScheduler,
    "TableManager": NoTables,
    "agent_supervisor": mode.CrashingSupervisor,
    "consumer_auto_offset_reset": "none",
    "autodiscover": False,
    "web_enabled": False,
    "topic_disable_leader": True,
    "topic_allow_declare": False,
    "reply_create_topic": False,
    "table_standby_replicas": 0,
    "stream_wait_empty": False,
    "stream_buffer_maxsize": 2,
    "broker_rebalance_timeout": 20,
    "broker_request_timeout": 30,
    "broker_max_poll_interval": 86400,
}
"""Settings that the protocol of positions rests on: no acknowledgements, tables, web server, leader or reply topics; a
position that the log does not have is an error, never a silent reset; a long outage of the database costs no membership."""


def _add_agent(app: faust.App, family: Family, applier: Applier) -> None:
    topic = app.topic(family.topic, schema=StretchSchema(), acks=False)

    @app.agent(topic, name=f"{applier.role}.{family.name}")
    async def apply(stream: Any) -> None:
        await applier.run(_stretches(stream))


async def _stretches(stream: Any) -> AsyncIterator[Stretch]:
    async for event in stream.noack().events():
        yield event.value
