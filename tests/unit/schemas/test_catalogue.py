"""The catalogue and the released files say the same, and released files never change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from schemas import catalogue
from schemas.catalogue import COMMON_FIELDS, EVENTS, FAMILIES, Family

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


def every_field(schema: Any) -> Iterator[Any]:
    """The fields, and those of the records that they are lists of."""
    for field in schema["fields"]:
        yield field
        if isinstance(field["type"], dict) and isinstance(field["type"].get("items"), dict):
            yield from every_field({"fields": field["type"]["items"].get("fields", [])})


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


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
class TestEachFile:
    def test_names_and_common_fields(self, family: Family) -> None:
        common = types_of(catalogue.schema_of(EVENTS[0]))[: len(COMMON_FIELDS)]
        for event in catalogue.events_of(family):
            schema = catalogue.schema_of(event)
            names = [field["name"] for field in schema["fields"]]
            assert f"{schema['namespace']}.{schema['name']}" == event.full_name
            assert tuple(names[: len(COMMON_FIELDS)]) == COMMON_FIELDS, event.full_name
            assert names[len(COMMON_FIELDS)] == family.key, event.full_name
            assert len(set(names)) == len(names), event.full_name
            assert types_of(schema)[: len(COMMON_FIELDS)] == common, event.full_name

    def test_documented_in_two_languages(self, family: Family) -> None:
        docs = [(family.name, family.doc)]
        for event in catalogue.events_of(family):
            schema = catalogue.schema_of(event)
            docs += [(event.name, schema["doc"])]
            docs += [(f"{event.name}.{field['name']}", field["doc"]) for field in every_field(schema)]
        for name, doc in docs:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in doc), name
            assert any(letter.isascii() and letter.isalpha() for letter in doc), name

    def test_types_that_the_columnar_decoder_reads(self, family: Family) -> None:
        for event in catalogue.events_of(family):
            for field in every_field(catalogue.schema_of(event)):
                check_type(field["type"])
                if isinstance(field["type"], list):
                    assert field["default"] is None, f"{event.full_name}.{field['name']}"

    def test_record_types_are_named_once(self, family: Family) -> None:
        for event in catalogue.events_of(family):
            items = [t["items"] for t in types_of(catalogue.schema_of(event)) if isinstance(t, dict) and "items" in t]
            names = [item["name"] for item in items if isinstance(item, dict) and item["type"] == "record"]
            assert len(set(names)) == len(names), event.full_name

    def test_encrypted_fields_are_nullable_bytes_under_an_existing_field(self, family: Family) -> None:
        for event in catalogue.events_of(family):
            fields = {field["name"]: field for field in catalogue.schema_of(event)["fields"]}
            sealed = catalogue.encrypted_fields(event)
            for name, subject in sealed.items():
                assert fields[name]["type"] == ["null", "bytes"]
                assert fields[subject]["type"] == "string"
            assert {name for name, field in fields.items() if "bytes" in str(field["type"])} == set(sealed)

    def test_one_name_means_one_type(self, family: Family) -> None:
        seen: dict[str, Any] = {}
        for event in catalogue.events_of(family):
            for field in catalogue.schema_of(event)["fields"]:
                meant = shape(field["type"])
                assert seen.setdefault(field["name"], meant) == meant, f"{event.full_name}.{field['name']}"

    def test_names_that_derivation_needs_for_itself(self, family: Family) -> None:
        for event in catalogue.events_of(family):
            names = {field["name"] for field in catalogue.schema_of(event)["fields"]}
            taken = names & {"key", "type", "rank", "irregular", "detail"}
            assert not taken, f"{event.full_name}: projections.facts has columns of that name"

    def test_ranks_are_a_total_order_and_annulments_come_last(self, family: Family) -> None:
        events = catalogue.events_of(family)
        ranks = [event.rank for event in events]
        assert ranks == sorted(set(ranks))
        assert (events[-1].name, events[-1].rank, events[-1].once) == ("EventAnnulled", 900, False)


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


def shape(avro: Any) -> Any:
    """The type without what may differ between event types: being nullable, and the names of records."""
    if isinstance(avro, list):
        return shape(avro[1])
    if isinstance(avro, dict) and avro["type"] == "array":
        return [shape(avro["items"])]
    if isinstance(avro, dict) and avro["type"] == "record":
        return {field["name"]: shape(field["type"]) for field in avro["fields"]}
    return (avro["type"], avro.get("logicalType")) if isinstance(avro, dict) else avro


def test_every_folder_is_a_family() -> None:
    folders = {folder.name for folder in files("schemas").joinpath("avsc").iterdir()}
    assert folders == {family.name for family in FAMILIES}
    assert len({family.key for family in FAMILIES}) == len(FAMILIES)


def test_look_ups() -> None:
    filed = catalogue.event_type("linli.complaints.ComplaintFiled")
    assert (filed.family.topic, filed.family.key) == ("linli.complaints", "case_id")
    assert filed.subject == "linli.complaints-linli.complaints.ComplaintFiled"
    assert catalogue.family_of("linli.zones").key == "assignment_id"
    with pytest.raises(KeyError):
        catalogue.event_type("linli.complaints.ComplaintImagined")
