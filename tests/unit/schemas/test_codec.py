"""Both decoders agree on every type, and nothing that is wrong with bytes goes unnoticed."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import fastavro
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import EVENTS, FAMILIES, EventType, Family, events_of
from schemas.codec import AvroSchema, CatalogueSchemas, decode_block, frame, unframe
from schemas.errors import BadRecord

SCHEMAS = CatalogueSchemas()
LONG = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(max_size=12)


def of(event: EventType) -> AvroSchema:
    return SCHEMAS.by_id(SCHEMAS.id_of(event))


def values(avro: Any) -> st.SearchStrategy[Any]:
    if isinstance(avro, list):
        return st.none() | values(avro[1])
    if isinstance(avro, dict) and avro["type"] == "array":
        return st.lists(values(avro["items"]), max_size=3)
    if isinstance(avro, dict) and avro["type"] == "record":
        return st.fixed_dictionaries({field["name"]: values(field["type"]) for field in avro["fields"]})
    kind = avro["type"] if isinstance(avro, dict) else avro
    return {
        "string": TEXT,
        "bytes": st.binary(max_size=12),
        "boolean": st.booleans(),
        "int": st.integers(-(2**31), 2**31 - 1),
        "long": LONG,
        "double": st.floats(allow_nan=False),
    }[kind]


def events(schema: AvroSchema) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({field["name"]: values(field["type"]) for field in schema.raw["fields"]})


def ids(told: list[dict[str, Any]]) -> list[str]:
    return [event["event_id"] for event in told]


def agree(schema: AvroSchema, told: list[dict[str, Any]]) -> None:
    """All encoders write the same bytes, and all decoders read what was told."""
    bodies = [schema.encode(one) for one in told]
    assert bodies == by_fastavro(schema, told)
    assert bodies == schema.encode_columns({name: [one[name] for one in told] for name in schema.fields}, len(told))
    assert [schema.decode(body) for body in bodies] == told
    block = decode_block(schema, bodies, ids(told))
    assert block.frame.to_dicts() == told
    assert block.frame.schema == schema.dtypes
    assert (list(block.good), list(block.faults)) == (list(range(len(told))), [])


def by_fastavro(schema: AvroSchema, told: list[dict[str, Any]]) -> list[bytes]:
    parsed, bodies = fastavro.parse_schema(schema.raw), []
    for one in told:
        out = io.BytesIO()
        fastavro.schemaless_writer(out, parsed, one)
        bodies.append(out.getvalue())
    return bodies


FULL, BARE = 0, 1
EXTREMES: dict[str, tuple[Any, ...]] = {
    "string": ("", "a", "邻里\x00\U0001f3d8", "x" * 70),
    "bytes": (b"", b"\x00\xff" * 40),
    "boolean": (True, False),
    "int": (0, -1, 2**31 - 1, -(2**31)),
    "long": (0, 63, -65, 2**63 - 1, -(2**63)),
    "double": (0.0, -1.5, 1e300, float("inf")),
}


def extreme(avro: Any, dice: Random, number: int) -> Any:
    """A value of a type: in event FULL nothing is null or empty, in event BARE all that may be, in others some."""
    if isinstance(avro, list):
        null = number == BARE or (number != FULL and dice.random() < 0.5)
        return None if null else extreme(avro[1], dice, number)
    if isinstance(avro, dict) and avro["type"] == "array":
        length = {FULL: 2, BARE: 0}.get(number, dice.randrange(3))
        return [extreme(avro["items"], dice, number) for _ in range(length)]
    if isinstance(avro, dict):
        return {field["name"]: extreme(field["type"], dice, number) for field in avro["fields"]}
    return dice.choice(EXTREMES[avro])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_decoders_and_encoders_agree_on_every_type(family: Family) -> None:
    for event in events_of(family):
        schema, dice = of(event), Random(event.full_name)
        fields = [(field["name"], field["type"]) for field in schema.raw["fields"]]
        told = [{name: extreme(avro, dice, number) for name, avro in fields} for number in range(4)]
        agree(schema, told)
        agree(schema, [told[FULL]] * 2)  # columns of one value are encoded once


@given(data=st.data())
def test_decoders_and_encoders_agree_on_anything(data: st.DataObject) -> None:
    schema = of(data.draw(st.sampled_from(EVENTS)))
    agree(schema, data.draw(st.lists(events(schema), min_size=1, max_size=4)))


def sample(number: int = 0) -> dict[str, Any]:
    blank = {field["name"]: field.get("default") for field in of(EVENTS[0]).raw["fields"]}
    return {
        **blank,
        "event_id": f"id-{number}",
        "occurred_at": number,
        "received_at": 0,
        "source": "s",
        "case_id": "c",
        "supersedes": [],
    }


def test_a_value_with_two_bodies_is_the_only_one_refused() -> None:
    schema, told = of(EVENTS[0]), [sample(number) for number in range(4)]
    bodies = [schema.encode(one) for one in told]
    block = decode_block(schema, [bodies[0], bodies[1] + bodies[1], bodies[2], bodies[3]], ids(told))
    assert block.frame["event_id"].to_list() == ["id-0", "id-2", "id-3"]
    assert list(block.good) == [0, 2, 3]
    assert [(index, fault.code) for index, fault in block.faults] == [(1, "record.trailing")]


@pytest.mark.parametrize("bad", [b"", b"\xff" * 40, b"\x02", b"\x04\xc3\x28" + b"\x00" * 30])
def test_corrupt_bytes_are_found(bad: bytes) -> None:
    schema, told = of(EVENTS[0]), [sample(number) for number in range(3)]
    bodies = [schema.encode(told[0]), bad, schema.encode(told[2])]
    block = decode_block(schema, bodies, ids(told))
    assert block.frame["event_id"].to_list() == ["id-0", "id-2"]
    assert [index for index, _ in block.faults] == [1]
    assert block.faults[0][1].code.startswith("record.")


def test_a_header_that_states_another_id_is_found() -> None:
    schema, told = of(EVENTS[0]), [sample(0), sample(1)]
    block = decode_block(schema, [schema.encode(one) for one in told], ["id-0", "id-9"])
    assert [(index, fault.code) for index, fault in block.faults] == [(1, "record.event_id")]
    assert block.faults[0][1].data["event_id"] == "id-1"


def test_an_empty_block() -> None:
    block = decode_block(of(EVENTS[0]), [], [])
    assert block.frame.height == 0
    assert block.frame.schema == of(EVENTS[0]).dtypes


def test_framing() -> None:
    assert unframe(frame(258, b"x")) == (258, b"x")
    assert frame(258, b"x")[:5] == b"\x00\x00\x00\x01\x02"
    for bad in (None, b"", b"\x00\x00\x00\x00\x01", b"\x01\x00\x00\x00\x01x"):
        with pytest.raises(BadRecord) as caught:
            unframe(bad)
        assert caught.value.code == "record.framing"


@pytest.mark.parametrize(
    ("field", "value"), [("occurred_at", "soon"), ("source", 3), ("supersedes", None), ("occurred_at", 2**63)]
)
def test_what_does_not_fit_is_not_written(field: str, value: Any) -> None:
    with pytest.raises(BadRecord) as caught:
        of(EVENTS[0]).encode({**sample(), field: value})
    assert caught.value.code == "record.invalid"


def test_many_events_as_columns() -> None:
    schema = of(EVENTS[0])
    told = [sample(number) | {"channel": "ab"[number % 2], "tags": ["x"] * (number % 3)} for number in range(500)]
    columns = {name: [one[name] for one in told] for name in schema.fields}
    assert schema.encode_columns(columns, 500) == [schema.encode(one) for one in told]
    with pytest.raises(BadRecord, match="channel"):
        schema.encode_columns(columns | {"channel": ["a"] * 499 + [3]}, 500)


def test_unknown_schema_id() -> None:
    with pytest.raises(BadRecord) as caught:
        SCHEMAS.by_id(10_000)
    assert caught.value.code == "record.schema_unknown"


def test_dtypes_are_what_polars_reads() -> None:
    for event in EVENTS:
        schema = of(event)
        blank = {name: st_default(schema, name) for name in schema.fields}
        assert decode_block(schema, [schema.encode(blank)], [""]).frame.schema == pl.Schema(schema.dtypes)


def st_default(schema: AvroSchema, name: str) -> Any:
    field = next(field for field in schema.raw["fields"] if field["name"] == name)
    if "default" in field:
        return field["default"]
    return {"string": "", "long": 0, "int": 0, "boolean": False}.get(str(field["type"]), [])
