"""What docs/feeds/files.md shows works, and what it lists is all there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from producers.files import mapping as model
from tests.unit.producers.files.desk import Desk, mapping, micros

PAGE = (Path(__file__).parents[4] / "docs" / "feeds" / "files.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_mapping_from_beginning_to_end(desk: Desk) -> None:
    report = desk.run(block("csv"), mapping(block("toml")))
    assert dict(report.events) == {
        "PlaceRegistered": 2, "PartyRegistered": 1, "ComplaintFiled": 2, "ComplaintClosed": 1,
    }  # fmt: skip
    assert (report.rejected, report.totals_dropped) == (0, 1)
    first = desk.events("ComplaintFiled")[0]
    assert (first["case_id"], first["occurred_at"]) == ("nc-hotline:GD001", micros("2026-03-01T09:05+08:00"))
    assert (first["place_id"], first["party_id"]) == ("nc-hotline:东湖街道", "nc-hotline:城管局")


@pytest.mark.parametrize(
    "table",
    [
        model.Mapping,
        model.FileShape,
        model.Column,
        model.EventRule,
        model.Level,
        model.Party,
        model.Responsibility,
        model.SnapshotRule,
    ],
)
def test_every_key_is_on_the_page(table: type[BaseModel]) -> None:
    tables = {"file", "columns", "places", "parties", "responsibilities", "events", "snapshot"}
    missing = [name for name in table.model_fields if name not in tables and not re.search(rf"\b{name}\b", PAGE)]
    assert not missing, "describe them in docs/feeds/files.md"


def test_every_code_is_on_the_page() -> None:
    folder = Path(__file__).parents[4] / "producers" / "files"
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'"(input\.[a-z_.]+)"', source)) - {"input.cell.", "input.row."}
    assert {code for code in codes if code not in PAGE} == set(), "list them in docs/feeds/files.md"
