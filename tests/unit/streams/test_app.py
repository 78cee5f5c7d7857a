"""The app that the factory makes: its settings, and stretches on their way through Faust to the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import faust
import mode
import pytest

from schemas.catalogue import FAMILIES
from streams.agents import Applier
from streams.app import StreamSettings, make_app
from streams.claims import BrokenChainError, Claims
from streams.hook import StretchConsumer, StretchSchema, StretchTransport
from streams.progress import Progress
from tests.unit.streams.doubles import FakeLog, RecordingStore
from tests.unit.streams.records import SCHEMAS, held, run_of, stretch


@pytest.fixture
def store() -> RecordingStore:
    return RecordingStore()


@pytest.fixture
def claims(store: RecordingStore) -> Claims:
    return Claims("project", store, FakeLog({}))


Try = Callable[[Callable[[faust.App], Awaitable[None]]], None]


@pytest.fixture
def with_app(claims: Claims, store: RecordingStore, tmp_path: Path) -> Try:
    """Runs a step with an app of its own, made inside of the loop: Faust would make a loop for it otherwise."""

    def run(step: Callable[[faust.App], Awaitable[None]]) -> None:
        async def made() -> None:
            applier = Applier("project", claims, store, SCHEMAS, Progress(lambda: 0.0))
            app = make_app(StreamSettings("linli-project", "127.0.0.1:1,127.0.0.1:2", tmp_path), applier)
            try:
                await step(app)
            finally:  # Faust made a consumer for the stream, whose thread has a loop; neither was started
                cast("StretchConsumer", app.consumer)._thread.thread_loop.close()

        asyncio.run(asyncio.wait_for(made(), 10))

    return run


async def _agents(app: faust.App) -> None:
    assert [agent.name for agent in app.agents.values()] == [f"project.{family.name}" for family in FAMILIES]
    for agent, family in zip(app.agents.values(), FAMILIES, strict=True):
        assert agent.channel.get_topic_name() == family.topic
        assert agent.channel.acks is False
        assert isinstance(agent.channel.schema, StretchSchema)


def test_one_agent_for_each_family_that_acknowledges_nothing(with_app: Try) -> None:
    with_app(_agents)


async def _settings(app: faust.App) -> None:
    conf: Any = app.conf
    assert conf.agent_supervisor is mode.CrashingSupervisor
    assert conf.id == "linli-project"
    assert conf.consumer_auto_offset_reset == "none"
    assert not conf.stream_wait_empty
    assert not conf.topic_allow_declare
    assert not conf.web_enabled
    assert conf.processing_guarantee.value == "at_least_once"
    assert [str(url) for url in conf.broker_consumer] == ["kafka://127.0.0.1:1", "kafka://127.0.0.1:2"]
    assert isinstance(app.transport, StretchTransport)
    assert app.transport.Consumer is StretchConsumer


def test_nothing_of_the_state_is_left_to_kafka(with_app: Try) -> None:
    with_app(_settings)


def test_a_stretch_comes_through_faust_undecoded_and_is_applied(
    with_app: Try, claims: Claims, store: RecordingStore
) -> None:
    ours = held()
    claims.hold([ours])

    async def put_two(app: faust.App) -> None:
        async with app.agents["project.complaints"].test_context() as agent:
            await agent.put(stretch(run_of(0, range(4)), under=ours))
            await agent.put(stretch(run_of(0, range(4, 6)), under=ours))
            while ours.expected < 6:
                await asyncio.sleep(0)

    with_app(put_two)
    assert store.stretches == [(0, 4), (4, 6)]


def test_an_exception_leaves_the_agent(with_app: Try, claims: Claims) -> None:
    ours = held()
    claims.hold([ours])

    async def put_a_gap(app: faust.App) -> None:
        async with app.agents["project.complaints"].test_context() as agent:
            await agent.put(stretch(run_of(0, range(3, 4)), under=ours), wait=False)
            while agent.crash_reason is None:
                await asyncio.sleep(0)
            raise agent.crash_reason

    with pytest.raises(BrokenChainError):
        with_app(put_a_gap)
