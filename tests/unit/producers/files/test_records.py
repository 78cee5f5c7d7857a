"""JSON and NDJSON: nested keys, nested lists, numbers with all their digits."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from producers.files.load import LoadedMapping
from schemas.errors import BadInput
from tests.unit.producers.files.desk import Desk, mapping, micros

NOTES = """
source = "open"
title = { en = "Open", zh = "开放" }
time_zone = "America/Chicago"
record_id = "{id}"
FILE
[columns."notes.text"]
optional = true

[[events]]
type = "ComplaintFiled"
at = "at"
fields = { category = "{service.name}", lat = "{lat}", tags = "{tags|}", urgency = "{urgent}" }

[[events]]
type = "ComplaintNoteAdded"
each = "notes"
when = { "notes.kind" = "note" }
at = "notes.at"
fields = { kind = "{service.name}", note = "{notes.text}" }
"""

RECORD: dict[str, Any] = {
    "id": 12026030112345678901,
    "at": "2026-03-01T09:05:00-06:00",
    "service": {"name": "Pothole"},
    "lat": 41.5,
    "urgent": True,
    "tags": ["a", "b"],
    "notes": [{"kind": "note", "at": "2026-03-02T00:00:00Z", "text": "x"}, {"kind": "other", "at": None}],
}


def rules(file: str = "") -> LoadedMapping:
    return mapping(NOTES.replace("FILE", file))


def test_records_and_their_notes(desk: Desk) -> None:
    second = {**RECORD, "id": 2, "notes": [], "tags": None}
    report = desk.run(desk.file(json.dumps([RECORD, second]), "a.json"), rules())
    assert (report.rows, dict(report.events), report.rejected) == (2, {"ComplaintFiled": 2, "ComplaintNoteAdded": 1}, 0)
    first, other = desk.events("ComplaintFiled")
    assert (first["source_ref"], first["category"], first["lat"]) == ("12026030112345678901", "Pothole", 41.5)
    assert (first["tags"], first["urgency"], other["tags"]) == (["a", "b"], "true", [])
    assert first["occurred_at"] == micros("2026-03-01T09:05-06:00")
    (note,) = desk.events("ComplaintNoteAdded")
    assert (note["case_id"], note["kind"], note["occurred_at"]) == (
        first["case_id"],
        "Pothole",
        micros("2026-03-02T00:00+00:00"),
    )
    assert note["origin"].split("#")[1].split(";")[0] == "1/notes/1"


def test_a_path_to_the_records(desk: Desk) -> None:
    file = desk.file(json.dumps({"data": {"items": [RECORD]}}), "a.json")
    assert desk.run(file, rules('[file]\nrecords = "data.items"')).rows == 1
    with pytest.raises(BadInput) as caught:
        desk.run(file, rules('[file]\nrecords = "data.rows"'))
    assert (caught.value.code, caught.value.where) == ("input.json", "a.json")


def test_ndjson_rejects_single_lines(desk: Desk) -> None:
    lines = [json.dumps(RECORD), '{"id": 3', "", "[1]", json.dumps({**RECORD, "id": 5})]
    report = desk.run(desk.file("\n".join(lines), "a.ndjson"), rules())
    assert (report.rows, report.rejected, report.events["ComplaintFiled"]) == (4, 2, 2)
    assert [(error["code"], error["where"]) for error in report.errors] == [
        ("input.row.json", "a.ndjson row 2"),
        ("input.row.no_object", "a.ndjson row 4"),
    ]


def test_a_bad_note_rejects_its_whole_record(desk: Desk) -> None:
    bad = {**RECORD, "notes": [*RECORD["notes"], {"kind": "note", "at": "yesterday"}]}
    report = desk.run(desk.file(json.dumps([bad]), "a.json"), rules())
    assert (report.written, report.rejected) == (0, 1)
    assert (report.errors[0]["code"], report.errors[0]["column"], report.errors[0]["value"]) == (
        "input.cell.time",
        "notes.at",
        "yesterday",
    )
    header, row = csv.reader(desk.rejects.read_text("utf-8-sig").splitlines())
    assert (header[-1], json.loads(row[-1])["notes"]) == ("record", bad["notes"])


def test_a_key_that_no_record_has(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.run(
            desk.file(json.dumps([{**RECORD, "lat": 1, "at": 2, "notes": []} | {"services": 1}]), "a.json"), rules()
        )
    assert (caught.value.code, caught.value.data["column"]) == ("input.column_missing", "notes.at")


@pytest.mark.parametrize("content", ['[{"id": 1}', "{}", "[]"])
def test_documents_without_records(desk: Desk, content: str) -> None:
    with pytest.raises(BadInput):
        desk.run(desk.file(content, "a.json"), rules())
    assert desk.log.records == []
