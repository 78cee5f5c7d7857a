"""What is generated from the catalogue: complete, well-formed, and not older than the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from linli.cli import linli
from schemas.asyncapi import document
from schemas.catalogue import COMMON_FIELDS, EVENTS, FAMILIES, events_of, schema_of
from schemas.codec import AvroSchema
from schemas.pages import events_page

DOCS = Path(__file__).parents[3] / "docs"
STALE = "run `make docs` and commit what it writes"


def references(part: Any) -> Iterator[str]:
    """Every `$ref` of the document."""
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_committed_documents_are_those_of_the_catalogue() -> None:
    # compared in parts: pytest would take minutes to explain half a megabyte
    written = json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8"))
    fresh = document(written["info"]["version"])
    assert [part for part in fresh if fresh[part] != written.get(part)] == [], STALE
    assert list(written) == list(fresh)
    lines = zip((DOCS / "events.md").read_text(encoding="utf-8").split("\n"), events_page().split("\n"), strict=True)
    assert [pair for pair in lines if pair[0] != pair[1]] == [], STALE


def test_the_document_has_what_asyncapi_asks_for() -> None:
    told = document("1.2.3")
    assert (told["asyncapi"], told["info"]["version"]) == ("3.0.0", "1.2.3")
    assert {channel["address"] for channel in told["channels"].values()} == {family.topic for family in FAMILIES}
    assert {operation["action"] for operation in told["operations"].values()} == {"send", "receive"}
    assert {name for server in told["servers"].values() for name in server["variables"]} == {"bootstrap"}
    for reference in references(told):
        part: Any = told
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
        assert part


def test_every_type_is_a_message_of_its_channel_with_its_schema() -> None:
    told = document("1")
    for family in FAMILIES:
        messages = told["channels"][family.name]["messages"]
        assert list(messages) == [event.name for event in events_of(family)]
        for event in events_of(family):
            message = told["components"]["messages"][messages[event.name]["$ref"].rpartition("/")[2]]
            assert message["name"] == event.full_name
            assert AvroSchema(json.dumps(message["payload"]["schema"])).event is event
            assert message["payload"]["schemaFormat"].startswith("application/vnd.apache.avro")
            assert message["x-linli-once"] is event.once


def test_every_field_is_on_the_page() -> None:
    sections = events_page().split("\n## ")[2:]
    assert [section.partition("\n")[0] for section in sections] == [family.name for family in FAMILIES]
    for family, section in zip(FAMILIES, sections, strict=True):
        for event, told in zip(events_of(family), section.split("\n### ")[1:], strict=True):
            assert told.startswith(f"{event.name}\n")
            named = {field["name"] for field in schema_of(event)["fields"]} - set(COMMON_FIELDS)
            assert all(f"\n| `{name}` | " in told for name in named), event.full_name


def test_how_types_are_told() -> None:
    page = events_page()
    assert "| `place_id` | text | The place, as &lt;source>:&lt;source's id>. 地点编号 |" in page
    assert "| `due_at` | instant? | Deadline that the order itself states, UTC. 办结期限 |" in page
    assert "| `description` | sealed under `case_id` | " in page
    assert "| `matters[].due_on` | day? | " in page
    assert "| `days_off` | day[] | " in page
    assert page.count("Rank 100, once.") == sum(event.once and event.rank == 100 for event in EVENTS)


@pytest.mark.parametrize(("verb", "name"), [("asyncapi", "asyncapi.json"), ("docs", "events.md")])
def test_the_commands(verb: str, name: str, tmp_path: Path) -> None:
    printed = CliRunner().invoke(linli, ["schemas", verb])
    told = CliRunner().invoke(linli, ["schemas", verb, "--output", str(tmp_path / name), "--json"])
    assert (printed.exit_code, told.exit_code) == (0, 0)
    assert json.loads(told.stdout) == {"written": str(tmp_path / name)}
    assert (tmp_path / name).read_text(encoding="utf-8") == printed.stdout


def test_json_is_one_document() -> None:
    page = CliRunner().invoke(linli, ["schemas", "docs", "--json"])
    assert json.loads(page.stdout) == {"page": events_page()}
    assert json.loads(CliRunner().invoke(linli, ["schemas", "asyncapi", "--json"]).stdout) == document(version("linli"))
