"""Mistakes in a mapping are told with their place, what was expected and, where one is near, what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from producers.files.compile import compile_plan
from producers.files.load import SHIPPED, load_mapping, parse_mapping
from schemas.errors import BadMapping
from tests.unit.producers.files.desk import HOTLINE


def mistake(text: str) -> BadMapping:
    with pytest.raises(BadMapping) as caught:
        compile_plan(parse_mapping(text.encode(), "test.toml"))
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "code", "where", "remedy"),
    [
        ("title = {", "titel = {", "mapping.key_unknown", "test.toml, top level", "did you mean 'title'?"),
        ('time_zone = "Asia/Shanghai"', "", "mapping.key_missing", "test.toml, top level", ""),
        (
            "[[events]]",
            '[file]\nencodign = "utf-8"\n[[events]]',
            "mapping.key_unknown",
            "test.toml, [file]",
            "did you mean 'encoding'?",
        ),
        ("codes =", "kodes =", "mapping.key_unknown", "test.toml, [columns.状态]", "did you mean 'codes'?"),
        ("when =", "wenn =", "mapping.key_unknown", "test.toml, [[events]] number 2", "did you mean 'when'?"),
        ("Asia/Shanghai", "Asia/Shangai", "mapping.value", "test.toml, top level", ""),
        ('source = "hotline"', 'source = "热线"', "mapping.value", "test.toml, top level", ""),
        (
            "ComplaintClosed",
            "ComplaintCloses",
            "mapping.event_unknown",
            "test.toml, [[events]] number 2",
            "did you mean 'ComplaintClosed'?",
        ),
        (
            "category =",
            "categry =",
            "mapping.field_unknown",
            "test.toml, [[events]] number 1",
            "did you mean 'category'?",
        ),
        ("category =", "event_id =", "mapping.field_unknown", "test.toml, [[events]] number 1", ""),
        ("category =", "due_at = 12, category =", "mapping.value", "test.toml, [[events]] number 1", ""),
        ("category =", 'due_at = "x{类别}", category =', "mapping.value", "test.toml, [[events]] number 1", ""),
        ("category =", "lat = true, category =", "mapping.value", "test.toml, [[events]] number 1", ""),
        ("category =", 'place_id = "@place", category =', "mapping.reference", "test.toml, [[events]] number 1", ""),
        ('"{类别}"', '"{类别"', "mapping.template", "test.toml, [[events]] number 1", ""),
        (
            'when = { "状态" = "closed" }',
            'when = { "状态" = { is = 1 } }',
            "mapping.condition",
            "test.toml, [[events]] number 2",
            "",
        ),
        ("codes =", 'formats = ["%Q"]\ncodes =', "mapping.format", "test.toml, [columns.状态]", ""),
        (
            '[columns."状态"]',
            '[columns."时间"]\n[columns."状态"]',
            "mapping.reference",
            "test.toml, [columns.时间]",
            "did you mean '受理时间'?",
        ),
        ("ComplaintClosed", "ComplaintDispatched", "mapping.field_missing", "test.toml, [[events]] number 2", ""),
        ('at = "受理时间"', "at = []", "mapping.value", "test.toml, [[events]] number 1", ""),
        ("[[events]]", "[[events", "mapping.toml", "test.toml", ""),
        (
            "[[events]]",
            '[[parties]]\nlabel = "a"\nkind = "b"\nkey = "{类别}"\nname = "c"\n[[events]]',
            "mapping.key_missing",
            "test.toml, [[parties]] 'a'",
            "",
        ),
        (
            'type = "ComplaintFiled"',
            'type = "ComplaintFiled"\nkey = "{notes.x}"\n[[events]]\ntype = "ComplaintNoteAdded"\neach = "notes"',
            "mapping.key_missing",
            "test.toml, [[events]] number 1",
            "",
        ),
    ],
)
def test_mistakes(old: str, new: str, code: str, where: str, remedy: str) -> None:
    assert old in HOTLINE
    error = mistake(HOTLINE.replace(old, new, 1))
    assert (error.code, error.where) == (code, where), str(error)
    assert error.exit_code == 2
    if remedy:
        assert error.remedy == remedy
    if code != "mapping.toml":
        assert error.expected


def test_columns_of_items_need_their_list() -> None:
    text = HOTLINE + '\n[[events]]\ntype = "ComplaintNoteAdded"\neach = "notes"\nat = "notes.at"\n'
    error = mistake(text.replace('"{类别}"', '"{notes.kind}"'))
    assert (error.code, error.expected) == ("mapping.reference", 'each = "notes" in the same table')


def test_a_mapping_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(BadMapping) as caught:
        load_mapping("los-angeles-31")
    assert (caught.value.code, caught.value.remedy) == ("mapping.unknown", "did you mean 'los-angeles-311'?")
    assert all(name in caught.value.expected for name in SHIPPED)
    path = tmp_path / "own.toml"
    path.write_text(HOTLINE, encoding="utf-8")
    assert load_mapping(str(path)).rules.source == "hotline"


def test_all_shipped_mappings_are_listed() -> None:
    folder = Path(__file__).parents[4] / "producers" / "mappings"
    assert {path.stem for path in folder.glob("*.toml")} == set(SHIPPED), "add it to SHIPPED in producers/files/load.py"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_mappings_compile(name: str) -> None:
    assert compile_plan(load_mapping(name)).rules.source == name
