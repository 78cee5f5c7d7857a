"""The catalogue and the released files say the same, and released files never change."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any

import pytest

from schemas import catalogue
from schemas.catalogue import COMMON_FIELDS, EVENTS, FAMILIES, EventType

LOGICAL = ("timestamp-micros", "date")


def released() -> set[str]:
    folder = files("schemas").joinpath("avsc")
    return {
        f"linli.{family.name}.{file.name.removesuffix('.avsc')}"
        for family in folder.iterdir()
        for file in family.iterdir()
    }


def types_of(schema: Any) -> list[Any]:
    return [field["type"] for field in schema["fields"]]


def test_every_file_has_its_line_and_every_line_its_file() -> None:
    listed = {event.full_name for event in EVENTS}
    assert released() - listed == set(), "add a line to EVENTS in schemas/catalogue.py for each of these files"
    assert listed - released() == set(), "add schemas/avsc/<family>/<Name>.avsc for each of these"


def test_frozen_fingerprints() -> None:
    frozen = json.loads(files("schemas").joinpath("fingerprints.json").read_text())
    for event in EVENTS:
        now = hashlib.sha256(catalogue.schema_text(event).encode()).hexdigest()
        known = frozen.get(event.full_name, [None])
        assert now == known[-1], (
            f"{event.full_name}: a released file is frozen. A new type, or a new nullable field with a default: "
            f"append {now} to its list in schemas/fingerprints.json and check it with `linli schemas check`"
        )


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.full_name)
class TestEachFile:
    def test_names_and_common_fields(self, event: EventType) -> None:
        schema = catalogue.schema_of(event)
        names = [field["name"] for field in schema["fields"]]
        assert f"{schema['namespace']}.{schema['name']}" == event.full_name
        assert tuple(names[: len(COMMON_FIELDS)]) == COMMON_FIELDS
        assert names[len(COMMON_FIELDS)] == event.family.key
        assert len(set(names)) == len(names)
        assert types_of(schema)[: len(COMMON_FIELDS)] == types_of(catalogue.schema_of(EVENTS[0]))[: len(COMMON_FIELDS)]

    def test_documented_in_two_languages(self, event: EventType) -> None:
        schema = catalogue.schema_of(event)
        for doc in (schema["doc"], *(field["doc"] for field in schema["fields"])):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in doc)
            assert any(letter.isascii() and letter.isalpha() for letter in doc)

    def test_types_that_the_columnar_decoder_reads(self, event: EventType) -> None:
        for field in catalogue.schema_of(event)["fields"]:
            check_type(field["type"])
            if isinstance(field["type"], list):
                assert field["default"] is None

    def test_encrypted_fields_are_nullable_bytes_under_an_existing_field(self, event: EventType) -> None:
        fields = {field["name"]: field for field in catalogue.schema_of(event)["fields"]}
        sealed = catalogue.encrypted_fields(event)
        for name, subject in sealed.items():
            assert fields[name]["type"] == ["null", "bytes"]
            assert fields[subject]["type"] == "string"
        assert {name for name, field in fields.items() if field["type"] == ["null", "bytes"]} == set(sealed)


def check_type(avro: Any) -> None:
    if isinstance(avro, list):
        assert len(avro) == 2 and avro[0] == "null"
        avro = avro[1]
    if isinstance(avro, dict):
        assert avro["type"] in ("array", "record") or avro.get("logicalType") in LOGICAL
        for inner in [avro["items"]] if avro["type"] == "array" else [f["type"] for f in avro.get("fields", [])]:
            check_type(inner)
    else:
        assert avro in ("string", "bytes", "boolean", "int", "long", "double")


def test_one_name_means_one_type_within_a_family() -> None:
    for family in FAMILIES:
        seen: dict[str, str] = {}
        for event in catalogue.events_of(family):
            for field in catalogue.schema_of(event)["fields"]:
                avro = [part for part in [field["type"]] if part] and field["type"]
                base = json.dumps(avro[1] if isinstance(avro, list) else avro).replace("NewParentPlace", "ParentPlace")
                assert seen.setdefault(field["name"], base) == base, f"{event.full_name}.{field['name']}"


def test_ranks_are_a_total_order_within_a_family() -> None:
    for family in FAMILIES:
        ranks = [event.rank for event in catalogue.events_of(family)]
        assert ranks == sorted(set(ranks))


def test_look_ups() -> None:
    filed = catalogue.event_type("linli.complaints.ComplaintFiled")
    assert (filed.family.topic, filed.family.key) == ("linli.complaints", "case_id")
    assert filed.subject == "linli.complaints-linli.complaints.ComplaintFiled"
    assert catalogue.family_of("linli.zones").key == "assignment_id"
    with pytest.raises(KeyError):
        catalogue.event_type("linli.complaints.ComplaintImagined")
