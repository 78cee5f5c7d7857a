"""Parts for a benchmark: Kafka, registry and PostgreSQL in a home of its own, the load in its topic, fresh schemas."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from bench.load import STEPS, Load, event_of
from bench.peers.cases import CASE, STAGES
from linli.home import Endpoints, Home
from linli.parts import supervision
from linli.settings import load_settings
from producers.log import KafkaLog
from projections.migrate import reporting_of
from schemas.catalogue import schema_text
from schemas.registry import Registry

Progress = Callable[[str], None]

NOTE = "load.json"
"""File in a home that tells which load its topic holds, and how much of it."""
UNFINISHED = {"seed": -1, "events": 0, "written": 0}
"""What it tells while the topic is written: no load's."""


@contextmanager
def running(folder: Path, progress: Progress, *, keep: bool) -> Iterator[Endpoints]:
    """The parts, started in a home of their own; stopped and removed at the end unless they are to be kept."""
    home = home_in(folder)
    endpoints = supervision.bring_up(home, lambda part, what: progress(f"{part}: {what}"))
    try:
        yield endpoints
    finally:
        if not keep:
            remove(folder, progress)


def remove(folder: Path, progress: Progress) -> None:
    """Stop the parts of a home and remove it."""
    supervision.bring_down(home_in(folder), lambda part, what: progress(f"{part}: {what}"))
    shutil.rmtree(folder)


def home_in(folder: Path) -> Home:
    """A home whose parts are all embedded, whatever this installation uses."""
    settings = replace(load_settings(), home=folder.absolute(), kafka_bootstrap="", registry_url="", postgres_url="")
    return Home(settings)


def remove_other(folder: Path, load: Load, progress: Progress) -> None:
    """Remove a home that was kept with another load than this one."""
    noted = _noted(folder)
    if noted and (noted["seed"], noted["events"]) != (load.seed, load.events):
        progress(f"removing the kept parts: they hold {noted['events']:,} events of seed {noted['seed']}")
        remove(folder, progress)


def _noted(folder: Path) -> dict[str, int]:
    note = folder / NOTE
    found: dict[str, int] = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    return found


@dataclass(frozen=True, slots=True)
class Topic:
    """The load's topic, written in stretches; how far is noted in the home, so that a kept one is not written again."""

    folder: Path
    endpoints: Endpoints
    load: Load

    @property
    def schemas(self) -> dict[int, str]:
        """Schema id → text of the types in the load."""
        registry = Registry(self.endpoints.registry_url)
        return {registry.id_of(event_of(step)): schema_text(event_of(step)) for step in STEPS}

    @property
    def written(self) -> int:
        """How many events of the load the topic holds."""
        return _noted(self.folder).get("written", 0)

    def fill(self, stop: int, progress: Progress) -> None:
        """Write the load up to event `stop`."""
        written = self.written
        if stop <= written:
            return
        progress(f"writing events {written:,} to {stop:,}")
        log = KafkaLog(self.endpoints.kafka_bootstrap)
        registry = Registry(self.endpoints.registry_url)
        self._note(UNFINISHED)
        self.load.write(log, registry, written, stop, lambda done: progress(f"{written + done:,} written"))
        self._note({"seed": self.load.seed, "events": self.load.events, "written": stop})
        del log
        gc.collect()  # the log and its producer refer to each other; left alone, it complains when the broker goes

    def _note(self, told: Mapping[str, int]) -> None:
        (self.folder / NOTE).write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def fresh_schema(postgres: str, name: str) -> Iterator[str]:
    """A PostgreSQL schema for one run, dropped afterwards; dirty pages of the run before are written out first."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        _drop(connection, name)
        connection.execute("CHECKPOINT")
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        yield name
        _drop(connection, name)


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    for schema in (reporting_of(name), name):
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


_STAGES = ", ".join(f"'{stage}'" for stage in STAGES)
_TABLES = {
    "cases": (CASE, ("case_id",), "true"),
    "counts_by_day": (
        ("day", "place_id", "category", "cases", "open", "closed", "voided", "referred"),
        ("day", "place_id", "category"),
        "cases <> 0",
    ),
    "response_times_by_category": (
        ("day", "category", "stage", "bucket", "n"),
        ("day", "category", "stage", "bucket"),
        f"n <> 0 AND stage IN ({_STAGES})",
    ),
}


def tables_digest(postgres: str, schema: str) -> str:
    """Rows and checksum of each table of task (b), over the columns that all systems write: equal for equal tables."""
    with psycopg.connect(postgres, options=f"-c search_path={schema} -c timezone=UTC") as connection:
        told = {name: connection.execute(_checksum(name).encode()).fetchone() for name in _TABLES}
    return "; ".join(f"{name} {found[0]} {found[1]}" for name, found in told.items() if found)


def _checksum(name: str) -> str:
    columns, key, wanted = _TABLES[name]
    ordered = ", ".join(f'{column}::text COLLATE "C"' for column in key)
    return (
        f"SELECT count(*), md5(string_agg(md5(ROW({', '.join(f'{column}::text' for column in columns)})::text), ''"
        f" ORDER BY {ordered})) FROM {name} WHERE {wanted}"
    )
