"""Settings are read once, told with their origin, and never show a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.settings import described, load_settings
from schemas.errors import WrongUsage


def test_defaults_and_what_the_environment_gives() -> None:
    plain = load_settings({})
    assert plain.home == Path(".linli").absolute()
    assert plain.cache == Path("~/.cache/linli").expanduser()
    given = load_settings({"LINLI_HOME": "/tmp/h", "LINLI_PARTITIONS": "12", "LINLI_KAFKA_BOOTSTRAP": "k:9"})
    assert (given.home, given.partitions, given.kafka_bootstrap) == (Path("/tmp/h"), 12, "k:9")


def test_an_empty_variable_is_as_none() -> None:
    assert load_settings({"LINLI_PARTITIONS": "", "LINLI_HOME": ""}) == load_settings({})


def test_what_is_no_number_is_told_by_name() -> None:
    with pytest.raises(WrongUsage, match="LINLI_PARTITIONS is 'many'"):
        load_settings({"LINLI_PARTITIONS": "many"})


def test_secrets_are_masked() -> None:
    given = {
        "LINLI_POSTGRES_URL": "postgresql://me:secret@db/city",
        "LINLI_KAFKA_CONFIG": "sasl.password=secret",
        "LINLI_REGISTRY_URL": "http://plain:8080",
    }
    told = {one["name"]: one for one in described(load_settings(given))}
    assert "secret" not in str(told)
    assert told["postgres_url"]["value"] == "postgresql://me:***@db/city"
    assert told["registry_url"]["value"] == "http://plain:8080"
    assert told["kafka_config"]["value"] == "***"
    assert (told["postgres_url"]["origin"], told["partitions"]["origin"]) == ("environment", "default")
    assert all(one["help"] for one in told.values())


def test_further_kafka_settings() -> None:
    settings = load_settings({"LINLI_KAFKA_CONFIG": "security.protocol=SASL_SSL, sasl.password=a=b"})
    assert settings.librdkafka == {"security.protocol": "SASL_SSL", "sasl.password": "a=b"}
    with pytest.raises(WrongUsage, match="not a list"):
        _ = load_settings({"LINLI_KAFKA_CONFIG": "nonsense"}).librdkafka
