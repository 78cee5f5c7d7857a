"""A small city for the tests of reports: what its sources state goes through publisher, codec, derivation and store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import psycopg

from linli.reports import REPORTS, as_of
from linli.reports.ask import Ask
from linli.reports.document import Document
from linli.reports.scope import sources_of
from linli.reports.session import reading
from producers.log import MemoryLog
from producers.publish import Publisher
from projections import PROJECTIONS, ROLL_UPS
from projections.batch import OFFSET, Batch, Fact, facts_frame
from projections.facts import valid_facts
from projections.postgres import PostgresStore
from projections.store import LogEdge
from projections.touch import Derivation
from schemas.catalogue import COMPLAINTS, EVENTS, PARTIES, PLACES, ZONES, EventType, Family, family_of
from schemas.codec import CatalogueSchemas, decode_block, unframe
from schemas.privacy import MemoryKeyStore

SCHEMAS = CatalogueSchemas()
DERIVATION = Derivation(SCHEMAS, valid_facts, PROJECTIONS, ROLL_UPS)
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def micros(told: str) -> int:
    """ISO 8601 (UTC unless it says otherwise) as microseconds."""
    moment = datetime.fromisoformat(told)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def days(told: str | None) -> int | None:
    """An ISO day as days since 1970."""
    return None if told is None else (date.fromisoformat(told) - date(1970, 1, 1)).days


def event(family: Family, name: str) -> EventType:
    return next(event for event in EVENTS if event.family is family and event.name == name)


@dataclass
class City:
    """States things, applies them, and asks reports. Every family has one partition."""

    url: str
    source: str = "town"
    time_zone: str = "Asia/Shanghai"
    log: MemoryLog = field(default_factory=lambda: MemoryLog(partitions=1))
    key_store: MemoryKeyStore = field(default_factory=MemoryKeyStore)
    applied: int = 0

    @classmethod
    @contextmanager
    def founded(cls, url: str) -> Iterator[City]:
        """An empty city, in a database that holds the live schema."""
        with psycopg.connect(url) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'linli' AND tablename <> 'migrations'"
            )
            connection.execute("; ".join(f"DELETE FROM linli.{table}" for (table,) in tables.fetchall()).encode())
        city = cls(url)
        try:
            yield city
        finally:
            city.store.close()

    def __post_init__(self) -> None:
        self.publisher = Publisher(SCHEMAS, self.log, b"k" * 32, self.key_store, lambda: micros("2024-01-01"))
        self.store = PostgresStore(self.url, DERIVATION)
        self.epochs = {
            topic: self.store.claim("project", topic, {0: LogEdge(0, 0)}, "t", lambda *_: None)[0].epoch
            for topic in ("linli.complaints", "linli.places", "linli.parties", "linli.zones")
        }
        self.next: defaultdict[str, int] = defaultdict(int)

    # what sources state

    def case(self, ref: str, name: str, at: str, **more: Any) -> str:
        """An event of a case; instants and days in `more` as text. Its event id."""
        told = {
            key: micros(value) if key in ("due_at", "until", "revised_at") and value else value
            for key, value in more.items()
        }
        defaults = {"time_zone": self.time_zone} if name == "Filed" else {}
        values = {
            "case_id": f"{self.source}:{ref}",
            "occurred_at": micros(at),
            "source": self.source,
            **defaults,
            **told,
        }
        return self.publisher.publish(event(COMPLAINTS, f"Complaint{name}"), [values])[0]

    def annul(self, family: Family, ref: str, target: str, at: str = "2023-12-31") -> str:
        key = f"{self.source}:{ref}"
        values = {
            family.key: key,
            "occurred_at": micros(at),
            "source": self.source,
            "targets": [target],
            "reason": "false_record",
        }
        return self.publisher.publish(event(family, "EventAnnulled"), [values])[0]

    def place(self, ref: str, name: str, parent: str | None = None, kind: str = "community", **more: Any) -> None:
        """A place under its parent in the administrative hierarchy."""
        parents = [{"hierarchy": "administrative", "place_id": f"{self.source}:{parent}"}] if parent else []
        self._register(
            PLACES, "PlaceRegistered", ref, name=name, kind=kind, parents=more.pop("parents", parents), **more
        )

    def moved(self, ref: str, parent: str, valid_from: str, hierarchy: str = "administrative") -> None:
        parents = [{"hierarchy": hierarchy, "place_id": f"{self.source}:{parent}"}]
        self._register(PLACES, "PlaceMoved", ref, parents=parents, valid_from=valid_from)

    def retired(self, ref: str, valid_to: str) -> None:
        self._register(PLACES, "PlaceRetired", ref, valid_to=valid_to)

    def party(self, ref: str, name: str, kind: str = "committee", **more: Any) -> None:
        self._register(PARTIES, "PartyRegistered", ref, name=name, kind=kind, **more)

    def assigned(self, ref: str, place: str, party: str, valid_from: str = "2020-01-01", **more: Any) -> None:
        """A responsibility; duty `grid` unless told otherwise."""
        told = {"duty": "grid", "place_id": f"{self.source}:{place}", "party_id": f"{self.source}:{party}", **more}
        self._register(ZONES, "ResponsibilityAssigned", ref, valid_from=valid_from, **told)

    def ended(self, ref: str, valid_to: str) -> None:
        self._register(ZONES, "ResponsibilityEnded", ref, valid_to=valid_to)

    def _register(self, family: Family, type_name: str, reference: str, **more: Any) -> None:
        told = {key: days(value) if key in ("valid_from", "valid_to") else value for key, value in more.items()}
        values = {
            family.key: f"{self.source}:{reference}",
            "occurred_at": micros("2019-01-01"),
            "source": self.source,
            **told,
        }
        self.publisher.publish(event(family, type_name), [values])

    # what becomes of it

    def apply(self) -> None:
        """Everything stated so far becomes rows."""
        new, self.applied = self.log.records[self.applied :], len(self.log.records)
        for topic in self.epochs:
            facts: list[Fact] = []
            for record in (record for record in new if record.topic == topic):
                schema_id, body = unframe(record.value)
                offset = self.next[topic] + len(facts)
                facts.append(
                    Fact(record.key.decode(), record.event_id, schema_id, offset, 1_700_000_000_000 + offset, body)
                )
            if facts:
                before = self.next[topic]
                self.next[topic] += len(facts)
                whole = (before, self.next[topic], facts_frame(facts), _frames(facts))
                batch = Batch("project", topic, 0, *whole, last_hash=b"h" * 32)
                self.store.apply(batch, self.epochs[topic])
                assert family_of(topic)

    def report(self, name: str, *by: str, at: datetime | None = None, **asked: Any) -> Document:
        """A report over what was stated so far; `at`: the state derived for that instant."""
        self.apply()
        with reading(self.url) as session:
            since, until = _day(asked.pop("since", None)), _day(asked.pop("until", None))
            ask = Ask(at or NOW, by, since=since, until=until, **asked)
            if at is None:
                return REPORTS[name](session, ask)
            then, _ = as_of.at(session, DERIVATION, at, sources_of(session, ask))
            return REPORTS[name](then, ask)


def _frames(facts: list[Fact]) -> dict[int, pl.DataFrame]:
    frames = {}
    for schema_id in {fact.schema_id for fact in facts}:
        some = [fact for fact in facts if fact.schema_id == schema_id]
        block = decode_block(SCHEMAS.by_id(schema_id), [fact.body for fact in some], [fact.event_id for fact in some])
        frames[schema_id] = block.frame.with_columns(pl.Series(OFFSET, [fact.offset for fact in some], pl.Int64))
    return frames


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)
