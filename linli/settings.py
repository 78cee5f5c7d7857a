"""Settings: one flat, frozen value, read once at the entry point. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from schemas.errors import WrongUsage


def _setting(default: Any, text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": text, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Each is read from `LINLI_<NAME>`."""

    home: Path = _setting(Path(".linli"), "folder for data, logs and what is recorded of the embedded parts")
    cache: Path = _setting(Path("~/.cache/linli"), "folder for downloaded jars, shared by all homes")
    kafka_bootstrap: str = _setting("", "host:port of a Kafka ≥ 3.9; empty: embedded")
    kafka_config: str = _setting(
        "", "further librdkafka settings as name=value, separated by commas (SASL, TLS)", secret=True
    )
    registry_url: str = _setting("", "a Confluent-compatible schema registry; empty: embedded", secret=True)
    postgres_url: str = _setting("", "a PostgreSQL ≥ 15; empty: embedded", secret=True)
    partitions: int = _setting(0, "partitions of an event topic, fixed when it is created; 0: 4 embedded, 12 otherwise")
    replication: int = _setting(0, "replicas of a topic; 0: 1 embedded, 3 otherwise")
    kafka_port: int = _setting(9092, "first choice for the embedded Kafka's port; another is taken when it is in use")
    registry_port: int = _setting(8080, "first choice for the embedded registry's port")
    start_timeout: int = _setting(120, "seconds that a part may take to start")

    @property
    def librdkafka(self) -> dict[str, str]:
        """`kafka_config` as a dict; WrongUsage `usage.setting` when it can't be read."""
        pairs = [pair.partition("=") for pair in self.kafka_config.split(",") if pair.strip()]
        if any(not sign for _, sign, _ in pairs):
            raise WrongUsage("LINLI_KAFKA_CONFIG is not a list", code="usage.setting", expected="name=value,name=value")
        return {name.strip(): value.strip() for name, _, value in pairs}


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; WrongUsage `usage.setting` names the one that can't be read."""
    given = os.environ if environment is None else environment
    read: dict[str, Any] = {}
    for one in fields(Settings):
        name = f"LINLI_{one.name.upper()}"
        if given.get(name):
            read[one.name] = _parsed(name, given[name], type(one.default))
    settings = {"home": Path(".linli"), "cache": Path("~/.cache/linli"), **read}
    return Settings(
        **{**settings, **{name: Path(settings[name]).expanduser().absolute() for name in ("home", "cache")}}
    )


def inherited() -> dict[str, str]:
    """The environment that a process started by us gets: ours."""
    return dict(os.environ)


def _parsed(name: str, text: str, kind: type) -> Any:
    try:
        return int(text) if kind is int else text
    except ValueError as error:
        raise WrongUsage(f"{name} is {text!r}", code="usage.setting", expected="a whole number") from error


def described(settings: Settings) -> list[dict[str, str]]:
    """Each setting with its variable, value (secrets masked), whether it is the default, and help."""
    default = load_settings({})
    return [
        {
            "name": one.name,
            "variable": f"LINLI_{one.name.upper()}",
            "value": masked(getattr(settings, one.name))
            if one.metadata["secret"]
            else str(getattr(settings, one.name)),
            "origin": "default" if getattr(settings, one.name) == getattr(default, one.name) else "environment",
            "help": one.metadata["help"],
        }
        for one in fields(settings)
    ]


def masked(value: str) -> str:
    """How a secret is shown: a URL without its password, anything else as stars."""
    parts = urlsplit(value)
    if not parts.scheme or not parts.netloc:
        return "***" if value else ""
    if parts.password is None:
        return value
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{parts.netloc.rpartition('@')[2]}"))
