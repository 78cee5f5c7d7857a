"""From a row back to where it came from: an entity's rows, and every statement about it, those that count and those
that do not.

What counts is decided by the very function that derives rows (`projections.facts.valid_facts`); why something does not
count is told by name: `annulled` and `superseded` with the event that took it out, `outrated` by a later statement of a
type that occurs once in a life, `circular` where statements take each other out, `repeated` where it stands in the log
a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from projections import PROJECTIONS, heads
from projections.annulments import standing
from projections.batch import Fact
from projections.facts import valid_facts
from projections.touch import EVERY_OFFSET
from schemas.catalogue import COMMON_FIELDS, EventType, Family, encrypted_fields, schema_of
from schemas.codec import Schemas
from schemas.privacy import KeyStore, open_sealed

SEALED, ERASED = "[sealed]", "[erased]"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


class Rows(Protocol):
    """Where rows and facts are read; `linli.reports.session.Session` is one."""

    def rows(self, query: str, **given: Any) -> list[Row]:
        """All rows of a query; named parameters as `%(name)s`."""
        ...


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact, decoded. `verdict`: counts, annulled, superseded, outrated, circular or repeated; `by`: the event that
    did it.
    """

    event: EventType
    fact: Fact
    values: Mapping[str, Any]
    verdict: str = "counts"
    by: str | None = None

    @property
    def order(self) -> tuple[Any, ...]:
        """Entity order (design §3)."""
        revised = self.values["revised_at"]
        told = self.values["occurred_at"], self.event.rank, revised is not None, revised or 0
        return (*told, self.fact.event_id, self.fact.offset)


@dataclass(frozen=True, slots=True)
class Trace:
    """An entity: its rows by table, its statements in entity order. `partition`: None when no position is known yet."""

    family: Family
    entity: str
    partition: int | None
    rows: Mapping[str, Sequence[Row]]
    statements: Sequence[Statement]

    def as_json(self, key_store: KeyStore | None = None) -> dict[str, Any]:
        """{"entity", "family", "topic", "partition", "rows": {table: […]}, "facts": […]}; sealed texts open only with
        keys.
        """
        return {
            "entity": self.entity,
            "family": self.family.name,
            "topic": self.family.topic,
            "partition": self.partition,
            "rows": {table: [_plain(row) for row in rows] for table, rows in self.rows.items()},
            "facts": [self._fact(statement, key_store) for statement in self.statements],
        }

    def _fact(self, told: Statement, key_store: KeyStore | None) -> dict[str, Any]:
        values = told.values
        return {
            "occurred_at": instant(values["occurred_at"]),
            "type": told.event.name,
            "verdict": told.verdict,
            "by": told.by,
            "event_id": told.fact.event_id,
            "recorded_at": instant(told.fact.appended_at * 1000),
            "topic": self.family.topic,
            "partition": self.partition,
            "offset": told.fact.offset,
            "revised_at": instant(values["revised_at"]),
            "received_at": instant(values["received_at"]),
            **{name: values[name] for name in ("source", "source_ref", "origin", "actor", "supersedes")},
            "values": _values(told, self.family, key_store),
        }


def trace(reader: Rows, schemas: Schemas, family: Family, entity: str, partition: int | None = None) -> Trace | None:
    """All that is known of an entity; None when there is no fact of it."""
    stored = reader.rows(f"SELECT heads, bodies FROM facts_{family.name} WHERE key = %(key)s", key=entity)
    if not stored:
        return None
    blobs = heads.blobs([(entity, bytes(row["heads"]), bytes(row["bodies"])) for row in stored])
    facts = heads.unpack(entity, blobs.heads[0], blobs.bodies[0])
    frames = [
        (schemas.by_id(run.schema_id).event, heads.decoded(schemas, run)) for run in heads.runs(blobs, EVERY_OFFSET)
    ]
    statements = judged(
        [_statement(schemas, fact) for fact in facts], set(valid_facts(frames, family)[0]["event_id"].drop_nulls())
    )
    return Trace(family, entity, partition, _rows(reader, family, entity), statements)


def judged(statements: Sequence[Statement], valid: set[str]) -> list[Statement]:
    """The statements in entity order, each with its verdict. `valid`: the event ids that count."""
    seen: dict[str, Statement] = {}
    out = []
    named = {
        told.fact.event_id: (tuple(told.values.get("targets") or ()), tuple(told.values["supersedes"]))
        for told in statements
    }
    found = standing({name: names for name, names in named.items() if any(names)}, named.keys())
    for told in sorted(statements, key=lambda told: told.fact.offset):
        first = seen.setdefault(told.fact.event_id, told)
        verdict, by = (
            ("repeated", None) if first is not told else _verdict(told, statements, valid, found.circular, named)
        )
        out.append(Statement(told.event, told.fact, told.values, verdict, by))
    return sorted(out, key=lambda told: told.order)


def _verdict(
    told: Statement,
    statements: Iterable[Statement],
    valid: set[str],
    circular: Iterable[str],
    named: Mapping[str, tuple[Sequence[str], Sequence[str]]],
) -> tuple[str, str | None]:
    identity = told.fact.event_id
    if identity in valid:
        return "counts", None
    namers = [(name, "annulled") for name, (targets, _) in named.items() if identity in targets]
    namers += [(name, "superseded") for name, (_, replaced) in named.items() if identity in replaced]
    namers.sort(key=lambda namer: (namer[0] not in valid, namer))
    if identity in circular:
        return "circular", namers[0][0] if namers else None
    if namers:
        return namers[0][1], namers[0][0]
    later = [
        other.fact.event_id
        for other in statements
        if other.event is told.event
        and other.values["source"] == told.values["source"]
        and other.fact.event_id in valid
    ]
    return "outrated", later[0] if later else None


def _statement(schemas: Schemas, fact: Fact) -> Statement:
    schema = schemas.by_id(fact.schema_id)
    values = schema.decode(fact.body)
    return Statement(schema.event, fact, {"revised_at": None, "supersedes": (), **values})


def _rows(reader: Rows, family: Family, entity: str) -> dict[str, list[Row]]:
    """The rows of every projection of the family."""
    tables = [projection.table for projection in PROJECTIONS if projection.family is family]
    query = "SELECT {} FROM {} WHERE {} = %(key)s ORDER BY {}"
    return {
        table.name: reader.rows(
            query.format(", ".join(table.names), table.name, table.key[0], ", ".join(table.key)), key=entity
        )
        for table in tables
    }


def _values(told: Statement, family: Family, key_store: KeyStore | None) -> Row:
    """The type's own fields that state something; dates and instants as text, ciphertext sealed, opened or erased."""
    sealed = encrypted_fields(told.event)
    out: Row = {}
    for field in schema_of(told.event)["fields"]:
        name = field["name"]
        value = told.values.get(name)
        if name in COMMON_FIELDS or name == family.key or value is None or value == []:
            continue
        out[name] = _opened(told, name, sealed[name], key_store) if name in sealed else _told(field["type"], value)
    return out


def _opened(told: Statement, name: str, subject_field: str, key_store: KeyStore | None) -> str:
    if key_store is None:
        return SEALED
    subject = told.values[subject_field]
    key = key_store.existing([subject]).get(subject)
    return ERASED if key is None else open_sealed(key, told.fact.event_id, name, subject, told.values[name])


def _told(avro: Any, value: Any) -> Any:
    """Instants and days as text, also within lists and records."""
    if value is None or isinstance(avro, str):
        return value
    if isinstance(avro, list):
        return _told(avro[1], value)
    if avro["type"] == "array":
        return [_told(avro["items"], one) for one in value]
    if avro["type"] == "record":
        return {field["name"]: _told(field["type"], value.get(field["name"])) for field in avro["fields"]}
    kind = avro["logicalType"]
    return instant(value) if kind == "timestamp-micros" else (date(1970, 1, 1) + timedelta(days=value)).isoformat()


def instant(micros: int | None) -> str | None:
    """Micros UTC as ISO 8601."""
    return None if micros is None else (_EPOCH + timedelta(microseconds=micros)).isoformat().replace("+00:00", "Z")


def _plain(row: Row) -> Row:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
