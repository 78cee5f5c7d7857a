"""The parts outlive the command, come back after a crash without loss, and two homes never meet."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

from linli import topics
from linli.home import KAFKA, PARTS, POSTGRES, REGISTRY, Home
from linli.parts import kafka, postgres
from linli.parts.supervision import CRASHED, RUNNING, STOPPED, bring_down, bring_up, states
from linli.settings import load_settings
from producers.log import KafkaLog, Record
from schemas.errors import Refused, Unavailable
from schemas.registry import Registry

pytestmark = pytest.mark.integration


def quiet(part: str, what: str) -> None:
    """Nobody looks."""


def settings_of(folder: Path, **more: str) -> Home:
    return Home(load_settings({"LINLI_HOME": str(folder), "LINLI_CACHE": os.environ.get("LINLI_CACHE", ""), **more}))


@pytest.fixture(scope="module")
def other(home: Home, scratch: Callable[[], Path]) -> Iterator[Home]:
    """A home beside the first, which has taken the default ports."""
    beside = settings_of(scratch())
    yield beside
    bring_down(beside, quiet)


@pytest.fixture
def second(other: Home) -> Home:
    """The home beside the first, running."""
    bring_up(other, quiet)
    return other


def kill(home: Home, part: str) -> None:
    process = psutil.Process(home.recorded()[part].pid)
    process.kill()
    psutil.wait_procs([process], timeout=20)


def by_state(home: Home) -> dict[str, str]:
    return {told.part: told.state for told in states(home)}


def test_two_homes_side_by_side(home: Home, second: Home) -> None:
    ours, theirs = home.endpoints(), second.endpoints()
    assert ours.kafka_bootstrap != theirs.kafka_bootstrap
    assert ours.registry_url != theirs.registry_url
    assert by_state(home) == by_state(second) == dict.fromkeys(PARTS, RUNNING)


def test_up_again_changes_nothing(second: Home) -> None:
    before = second.recorded()
    bring_up(second, quiet)
    assert second.recorded() == before


def test_a_crash_is_seen_and_mended_without_loss(second: Home) -> None:
    ids = Registry(second.endpoints().registry_url).register_all()
    log = KafkaLog(second.endpoints().kafka_bootstrap)
    for number in range(100):
        log.append(Record("linli.complaints", b"k", b"%d" % number, [("ce_id", b"e")], "e"))
    (place,) = log.flush()
    with psycopg.connect(second.endpoints().postgres_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    for part in PARTS:
        kill(second, part)
    assert by_state(second) == dict.fromkeys(PARTS, CRASHED)
    before = second.endpoints()
    bring_up(second, quiet)
    assert by_state(second) == dict.fromkeys(PARTS, RUNNING)
    assert second.endpoints() == before
    assert Registry(before.registry_url).register_all() == ids
    consumer = Consumer({"bootstrap.servers": before.kafka_bootstrap, "group.id": "x"})
    consumer.assign([TopicPartition(*place, 0)])
    assert [message.value() for message in consumer.consume(100, timeout=30)] == [b"%d" % n for n in range(100)]
    consumer.close()
    with psycopg.connect(before.postgres_url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_down_keeps_data_and_ports(second: Home) -> None:
    before = second.endpoints()
    assert sorted(bring_down(second, quiet)) == sorted(PARTS)
    assert by_state(second) == dict.fromkeys(PARTS, STOPPED)
    assert bring_down(second, quiet) == []
    bring_up(second, quiet)
    assert second.endpoints() == before


def test_a_part_that_fails_is_told_with_the_end_of_its_log(scratch: Callable[[], Path], kafka_bootstrap: str) -> None:
    broken = settings_of(scratch(), LINLI_KAFKA_BOOTSTRAP=kafka_bootstrap, LINLI_REGISTRY_URL="http://unused")
    data = broken.folder(POSTGRES) / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unavailable) as caught:
        bring_up(broken, quiet)
    assert caught.value.code == "part.postgres.start"


class TestTopics:
    def test_they_keep_everything_for_ever(self, kafka_bootstrap: str) -> None:
        admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
        for name in topics.names():
            resource = ConfigResource(ConfigResource.Type.TOPIC, name)
            told = admin.describe_configs([resource])[resource].result(30)
            assert {setting: told[setting].value for setting in topics.SETTINGS} == topics.SETTINGS

    def test_another_number_of_partitions_is_refused(self, home: Home, kafka_bootstrap: str) -> None:
        other = load_settings({"LINLI_PARTITIONS": "5", "LINLI_HOME": str(home.root)})
        with pytest.raises(Refused) as caught:
            topics.ensure(kafka_bootstrap, other)
        assert caught.value.code == "refused.partitions"

    @pytest.mark.parametrize(
        ("partitions", "config", "code"),
        [
            (6, {}, "refused.partitions"),
            (topics.EMBEDDED_PARTITIONS, {"retention.ms": "1000"}, "refused.topic_settings"),
            (topics.EMBEDDED_PARTITIONS, {"message.timestamp.type": "CreateTime"}, "refused.topic_settings"),
        ],
    )
    def test_a_topic_made_otherwise_behind_our_back_is_refused(
        self, home: Home, monkeypatch: pytest.MonkeyPatch, partitions: int, config: dict[str, str], code: str
    ) -> None:
        bootstrap = home.endpoints().kafka_bootstrap
        name = f"made-otherwise-{uuid.uuid4().hex}"
        admin = AdminClient({"bootstrap.servers": bootstrap})
        made = NewTopic(name, partitions, 1, config={**topics.SETTINGS, **config})
        admin.create_topics([made])[name].result(30)
        monkeypatch.setattr(topics, "names", lambda: (name,))
        with pytest.raises(Refused) as caught:
            topics.ensure(bootstrap, home.settings)
        assert caught.value.code == code
        admin.delete_topics([name])[name].result(30)


def test_readiness_is_no_guess(home: Home) -> None:
    told = home.recorded()
    assert kafka.ready(told[KAFKA])
    assert postgres.ready(told[POSTGRES])
    assert REGISTRY in told
