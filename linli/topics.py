"""Topics: created explicitly, with settings that keep what was acknowledged for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

from linli.settings import Settings
from schemas.catalogue import FAMILIES
from schemas.errors import Refused, Unavailable

DEAD_LETTERS = "linli.dead-letters"
EMBEDDED_PARTITIONS, PARTITIONS = 4, 12
ANSWER_SECONDS = 30.0

SETTINGS: Mapping[str, str] = {
    "message.timestamp.type": "LogAppendTime",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "unclean.leader.election.enable": "false",
}


def names() -> tuple[str, ...]:
    """Every topic of ours: one a family, and the dead letters."""
    return (*(family.topic for family in FAMILIES), DEAD_LETTERS)


def ensure(bootstrap: str, settings: Settings) -> list[str]:
    """Create the topics that are missing; their names.

    Refused `refused.partitions` when a topic has another number of partitions than is set, or `refused.topic_settings` when
    it would lose or reorder events: both were fixed when it was created.
    """
    embedded = not settings.kafka_bootstrap
    admin = AdminClient({"bootstrap.servers": bootstrap, **settings.librdkafka})
    try:
        found = admin.list_topics(timeout=ANSWER_SECONDS).topics
        missing = [name for name in names() if name not in found]
        _create(admin, missing, settings, embedded=embedded)
        _check_partitions(found, settings, embedded=embedded)
        _check_settings(admin, [name for name in names() if name in found])
    except KafkaException as error:
        raise Unavailable(f"Kafka does not answer ({error.args[0]})", code="part.kafka", where=bootstrap) from error
    return missing


def _create(admin: AdminClient, missing: list[str], settings: Settings, *, embedded: bool) -> None:
    partitions = settings.partitions or (EMBEDDED_PARTITIONS if embedded else PARTITIONS)
    replicas = settings.replication or (1 if embedded else 3)
    config = {**SETTINGS, "min.insync.replicas": str(max(1, replicas - 1))}
    if not missing:
        return
    wanted = [NewTopic(name, num_partitions=partitions, replication_factor=replicas, config=config) for name in missing]
    for done in admin.create_topics(wanted, operation_timeout=ANSWER_SECONDS).values():
        try:
            done.result(ANSWER_SECONDS)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise


def _check_partitions(found: Mapping[str, Any], settings: Settings, *, embedded: bool) -> None:
    """All of the set number; where none is set for a Kafka of yours, all alike."""
    counts = {name: len(found[name].partitions) for name in names() if name in found}
    expected = settings.partitions or (EMBEDDED_PARTITIONS if embedded else max(counts.values(), default=0))
    for name, count in counts.items():
        if count != expected:
            raise Refused(
                f"{name} has {count} partitions instead of {expected}",
                code="refused.partitions",
                expected="the number that it was created with: with another, keys move to other partitions",
                remedy="set LINLI_PARTITIONS to the number that all topics have; where they differ, restore the topic",
            )


def _check_settings(admin: AdminClient, existing: list[str]) -> None:
    asked = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in existing]
    if not asked:
        return
    for resource, answer in admin.describe_configs(asked).items():
        told = answer.result(ANSWER_SECONDS)
        wrong = {
            name: told[name].value for name, value in SETTINGS.items() if name in told and told[name].value != value
        }
        if wrong:
            raise Refused(
                f"{resource.name} has {', '.join(f'{name}={value}' for name, value in wrong.items())}",
                code="refused.topic_settings",
                expected=", ".join(f"{name}={SETTINGS[name]}" for name in wrong),
                remedy="set it with kafka-configs before anything is written",
            )
