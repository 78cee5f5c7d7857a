"""A small projection with child rows and two roll-ups, and events for it: what a store is tried out with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from projections import heads
from projections.arrays import sql_type
from projections.batch import OFFSET, Batch, Fact, facts_frame
from projections.model import TIMESTAMP, Column, Projection, RollUp, Table
from projections.touch import Derivation
from schemas.catalogue import COMPLAINTS, EventType, Family, event_type
from schemas.codec import AvroSchema, CatalogueSchemas, decode_block

SCHEMAS = CatalogueSchemas()
FILED, NOTED, CLOSED, ANNULLED = (
    event_type(f"linli.complaints.{name}")
    for name in ("ComplaintFiled", "ComplaintNoteAdded", "ComplaintClosed", "EventAnnulled")
)
TOPIC = COMPLAINTS.topic


def _table(name: str, key: tuple[str, ...], **dtypes: Any) -> Table:
    return Table(name, key, tuple(Column(column, dtype, column, "列") for column, dtype in dtypes.items()))


CASES = _table(
    "toy_cases",
    ("case_id",),
    case_id=pl.String,
    category=pl.String,
    filed_at=TIMESTAMP,
    filed_day=pl.Date,
    lat=pl.Float64,
    closed=pl.Boolean,
    facts=pl.Int32,
)
EVENTS = _table("toy_events", ("case_id", "seq"), case_id=pl.String, seq=pl.Int16, type=pl.String, category=pl.String)
COUNTS = _table("toy_counts", ("day", "category"), day=pl.Date, category=pl.String, cases=pl.Int64, closed=pl.Int64)
TYPES = _table("toy_types", ("type",), type=pl.String, n=pl.Int64)
TABLES = (CASES, EVENTS, COUNTS, TYPES)


def valid_facts(
    frames: Sequence[tuple[EventType, pl.DataFrame]], family: Family
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """As `projections.facts.valid_facts`, but an annulment cannot be annulled and nothing supersedes."""
    wanted = ("event_id", "occurred_at", "category", "lat", "targets", OFFSET)
    parts = [
        frame.select(
            pl.col(family.key).alias("key"),
            pl.lit(event.name).alias("type"),
            pl.lit(event.rank).alias("rank"),
            *(name for name in wanted if name in frame.columns),
        )
        for event, frame in frames
    ]
    empty = pl.DataFrame(
        schema={
            "key": pl.String,
            "type": pl.String,
            "rank": pl.Int32,
            "event_id": pl.String,
            "occurred_at": pl.Int64,
            "category": pl.String,
            "lat": pl.Float64,
            "targets": pl.List(pl.String),
            OFFSET: pl.Int64,
        }
    )
    facts = pl.concat([empty, *parts], how="diagonal_relaxed").sort("key", "event_id", OFFSET)
    first = facts.select(pl.struct("key", "event_id").is_first_distinct()).to_series()
    repeats, facts = facts.filter(~first), facts.filter(first)
    annulled = (
        facts.explode("targets", empty_as_null=True).select("key", pl.col("targets").alias("event_id")).drop_nulls()
    )
    left = facts.join(annulled, on=("key", "event_id"), how="anti").sort("key", "occurred_at", "rank", "event_id")
    return left, repeats.select("key", "event_id", OFFSET), empty


@dataclass
class Knob:
    """Something that a derivation reads and that a test turns, as a changed rule would be."""

    suffix: str = ""


def derivation(knob: Knob | None = None) -> Derivation:
    """Cases and their events, counted by day and category, and by type."""
    turned = knob or Knob()

    def cases(facts: pl.DataFrame) -> pl.DataFrame:
        filed = pl.col("type") == FILED.name
        at = pl.from_epoch(pl.col("occurred_at").filter(filed).first(), "us").dt.replace_time_zone("UTC")
        rows = facts.group_by("key").agg(
            category=pl.col("category").filter(filed).first() + turned.suffix,
            filed_at=at,
            filed_day=at.dt.date(),
            lat=pl.col("lat").filter(filed).first(),
            closed=(pl.col("type") == CLOSED.name).any(),
            facts=pl.len().cast(pl.Int32),
        )
        return rows.select(pl.col("key").alias("case_id"), *CASES.names[1:])

    def events(facts: pl.DataFrame) -> pl.DataFrame:
        seq = pl.int_range(pl.len()).over("key").cast(pl.Int16)
        return facts.select(pl.col("key").alias("case_id"), seq.alias("seq"), "type", "category")

    def counts(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col("filed_day").is_not_null()).select(
            pl.col("filed_day").alias("day"),
            pl.col("category").fill_null(""),
            pl.lit(1, pl.Int64).alias("cases"),
            pl.col("closed").cast(pl.Int64),
        )

    def types(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select("type", pl.lit(1, pl.Int64).alias("n"))

    return Derivation(
        SCHEMAS,
        valid_facts,
        (Projection("toy_cases", 1, COMPLAINTS, CASES, cases), Projection("toy_events", 1, COMPLAINTS, EVENTS, events)),
        (
            RollUp("toy_counts", 1, "toy_cases", ("filed_day", "category", "closed"), COUNTS, counts),
            RollUp("toy_types", 1, "toy_events", ("type",), TYPES, types),
        ),
    )


@dataclass(frozen=True)
class Event:
    """An event of a case, of which a test states only what it is about."""

    type: EventType
    case_id: str
    id: int
    occurred_at: int = 1_580_000_000_000_000
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def event_id(self) -> str:
        return f"00000000-0000-4000-8000-{self.id:012d}"

    @property
    def body(self) -> bytes:
        blank = {name: _blank(dtype) for name, dtype in self._schema.dtypes.items()}
        common = {"event_id": self.event_id, "occurred_at": self.occurred_at, "source": "toy", "case_id": self.case_id}
        optional = {f["name"]: f["default"] for f in self._schema.raw["fields"] if "default" in f}
        return self._schema.encode({**blank, **optional, **common, **self.values})

    @property
    def _schema(self) -> AvroSchema:
        return SCHEMAS.by_id(SCHEMAS.id_of(self.type))


def _blank(dtype: pl.DataType) -> Any:
    return {pl.String: "", pl.Int64: 0, pl.Boolean: False}.get(type(dtype))


def batch_of(
    events: Sequence[Event], before: int = 0, partition: int = 0, *, role: str = "project", **more: Any
) -> Batch:
    """A batch of these events, one after the other from the offset `before`."""
    facts, frames = [], {}
    for offset, event in enumerate(events, start=before):
        facts.append(Fact(event.case_id, event.event_id, SCHEMAS.id_of(event.type), offset, 1_000 + offset, event.body))
    for schema_id in {fact.schema_id for fact in facts}:
        of_type = [fact for fact in facts if fact.schema_id == schema_id]
        block = decode_block(SCHEMAS.by_id(schema_id), [f.body for f in of_type], [f.event_id for f in of_type])
        offsets = pl.Series(OFFSET, [fact.offset for fact in of_type], dtype=pl.Int64)
        frames[schema_id] = block.frame.with_columns(offsets)
    after = more.pop("after", before + len(events))
    return Batch(role, TOPIC, partition, before, after, facts_frame(facts), frames, **more)


def facts_in(batch: Batch) -> list[Fact]:
    """The facts of a batch one by one."""
    rows = batch.facts.rows(named=True)
    return [Fact(event_id=heads.event_id_of(row["body"]), **row) for row in rows]


def column_type(dtype: Any) -> str:
    """The SQL type of a column, as migrations write it."""
    return f'{sql_type(dtype)} COLLATE "C"' if dtype == pl.String else sql_type(dtype)


def create(table: Table) -> str:
    """DDL of a table that no migration creates."""
    columns = ", ".join(f"{name} {column_type(dtype)}" for name, dtype in table.schema.items())
    return f"CREATE TABLE IF NOT EXISTS {table.name} ({columns}, PRIMARY KEY ({', '.join(table.key)}))"
