"""What stands in the log never changes its bytes: the records of made-up statements of every type, by their digest.

A new field of a schema changes the digest of its type (it is one more byte in each event); nothing else may.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from producers.log import MemoryLog
from producers.publish import Publisher, Statement, Statements
from schemas.catalogue import EVENTS, EventType, encrypted_fields, events_of, schema_of
from schemas.codec import CatalogueSchemas

DIGESTS: dict[str, str] = json.loads(Path(__file__).with_name("frozen_records.json").read_text(encoding="utf-8"))
SCHEMAS = CatalogueSchemas()
COUNT = 210
"""More than the encoder looks at before it decides how to encode a column."""
NOW = 1_772_299_145_000_000
TEXTS = ("楼道乱堆杂物,请尽快处理", 'a "quoted" \\ line\n', "", "é́ 🏮", "x" * 63, "x" * 64, "词" * 50)
DOUBLES = (0.0, -0.0, 114.0579, -118.243683, 1e-7, 5e300)
ARE_OURS = ("event_id", "received_at")


class KeysByName:
    """`KeyStore` whose keys follow from the subjects' names."""

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        return {subject: hashlib.sha512(subject.encode()).digest() for subject in subjects}

    existing = keys


def value(avro: Any, name: str, number: int) -> Any:
    """Columns of one value, of few, of many, with and without nulls, as they come."""
    salt = sum(name.encode())
    if isinstance(avro, list):
        never = salt % 3 == 0 and avro[1] != "bytes"
        return None if never or (number * 7 + salt) % 4 == 0 else value(avro[1], name, number)
    kind = avro["type"] if isinstance(avro, dict) else avro
    if kind == "array":
        return [value(avro["items"], name, number + more) for more in range((number + salt) % 3)]
    if kind == "record":
        return {field["name"]: value(field["type"], field["name"], number) for field in avro["fields"]}
    if kind in ("string", "bytes"):
        return f"{name}-{number}" if salt % 2 else TEXTS[(number + salt) % len(TEXTS)]
    return {
        "boolean": (number + salt) % 2 == 0,
        "int": (number * 37 - 300) % 20_000,
        "long": NOW - number * (61_000_000 if salt % 2 else 1) * (number % 9),
        "double": DOUBLES[(number + salt) % len(DOUBLES)] + (number if salt % 2 else 0),
    }[kind]


def statements(event: EventType) -> list[Statement]:
    fields = [field for field in schema_of(event)["fields"] if field["name"] not in ARE_OURS]
    told = [{field["name"]: value(field["type"], field["name"], number) for field in fields} for number in range(COUNT)]
    for number, one in enumerate(told):
        one |= {"source": f"source-{number % 2}", event.family.key: f"source:{number}"}
        if number % 5 == 4:
            one["_version"] = f"v{number}"
    return told


def framed(event: EventType, told: list[Statement]) -> pl.DataFrame:
    texts = dict.fromkeys(encrypted_fields(event), pl.String())
    dtypes = {**SCHEMAS.by_id(SCHEMAS.id_of(event)).dtypes, **texts, "_version": pl.String()}
    return pl.DataFrame(told, schema={name: dtype for name, dtype in dtypes.items() if name not in ARE_OURS})


def digest(event: EventType, told: Statements) -> str:
    log, found = MemoryLog(), hashlib.sha256()
    ids = Publisher(SCHEMAS, log, b"k" * 64, KeysByName(), lambda: NOW).publish(event, told)
    assert [record.event_id for record in log.records] == ids
    for record in log.records:
        value = record.value[:1] + record.value[5:]  # the schema's id is the registry's to give
        found.update(repr((record.topic, record.key, value, list(record.headers), record.event_id)).encode())
    return found.hexdigest()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.full_name)
def test_the_records_of_a_type_are_what_they_were(event: EventType) -> None:
    told = statements(event)

    assert digest(event, framed(event, told)) == DIGESTS[event.full_name]
    if event is events_of(event.family)[0]:  # statements one by one take the same way
        assert digest(event, told) == DIGESTS[event.full_name]
