"""Rows become events, or are rejected by cell; the reconciliation adds up."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from tests.unit.producers.files.desk import HEADER, HOTLINE, Desk, mapping, micros

GOOD = "1,2026-03-01 09:05,办结,2026-03-02 10:00,噪音\n"


def test_a_row_yields_events_under_conditions(desk: Desk) -> None:
    desk.run(HEADER + GOOD + "2,2026-03-01 09:06,待办,,扰民\n")
    first, second = desk.events("ComplaintFiled")
    assert (first["case_id"], first["source"], first["source_ref"]) == ("hotline:1", "hotline", "1")
    assert (first["time_zone"], first["occurred_at_basis"], second["category"]) == ("Asia/Shanghai", None, "扰民")
    assert [event["case_id"] for event in desk.events("ComplaintClosed")] == ["hotline:1"]


def test_origin_names_file_row_and_mapping(desk: Desk) -> None:
    rules = mapping()
    desk.run(HEADER + GOOD, rules)
    origin = desk.events("ComplaintFiled")[0]["origin"]
    file, rest = origin.split("#")
    assert len(file) == 64
    assert rest == f"2;mapping={rules.sha256}"


def test_a_time_that_is_missing_is_substituted_and_says_so(desk: Desk) -> None:
    desk.run(HEADER + GOOD.replace("2026-03-02 10:00", ""))
    (closed,) = desk.events("ComplaintClosed")
    assert (closed["occurred_at"], closed["occurred_at_basis"]) == (micros("2026-03-01T09:05+08:00"), "substituted")


def test_a_time_of_the_export_is_assumed_and_says_so(desk: Desk) -> None:
    rules = mapping(HOTLINE.replace('at = ["办结时间", "受理时间"]', 'at = ["办结时间", "@exported_at"]'))
    desk.run(HEADER + GOOD.replace("2026-03-02 10:00", ""), rules, exported_at="2026-04-01T00:00+08:00")
    (closed,) = desk.events("ComplaintClosed")
    assert (closed["occurred_at"], closed["occurred_at_basis"]) == (micros("2026-04-01T00:00+08:00"), "assumed")


@pytest.mark.parametrize(
    ("row", "code", "column", "value"),
    [
        ("9,2026-13-01 09:05,待办,,x\n", "input.cell.time", "受理时间", "2026-13-01 09:05"),
        ("9,2026-03-01 09:05,在办,,x\n", "input.cell.code", "状态", "在办"),
        (",2026-03-01 09:05,待办,,x\n", "input.cell.missing", "工单编号", None),
        ("9,,待办,,x\n", "input.cell.missing", "受理时间", None),
        ("1.2E+19,2026-03-01 09:05,待办,,x\n", "input.cell.digits_lost", "工单编号", "1.2E+19"),
        ("9,2027-03-01 09:05,待办,,x\n", "input.cell.future", "受理时间", None),
        (f"9,2026-03-01 09:05,待办,,{'x' * 200_001}\n", "input.cell.too_long", "类别", "x" * 200_001),
    ],
)
def test_a_bad_cell_rejects_its_row_and_names_itself(
    desk: Desk, row: str, code: str, column: str, value: str | None
) -> None:
    report = desk.run(HEADER + GOOD + row + GOOD.replace("1,", "3,", 1))
    assert (report.rows, report.written, report.rejected) == (3, 4, 1)
    error = report.errors[0]
    assert (error["code"], error["file"], error["row"], error["column"]) == (code, "a.csv", 3, column)
    assert error.get("value") == value
    assert error["where"] == f"a.csv row 3 column '{column}'"
    assert error["expected"]


def test_a_time_that_the_clocks_skipped(desk: Desk) -> None:
    rules = mapping(HOTLINE.replace("Asia/Shanghai", "America/Los_Angeles"))
    report = desk.run(HEADER + GOOD.replace("2026-03-01 09:05", "2026-03-08 02:30"), rules)
    assert (report.errors[0]["code"], report.errors[0]["value"]) == ("input.cell.gap", "2026-03-08 02:30")


def test_rejected_rows_can_be_put_right_and_imported_again(desk: Desk) -> None:
    report = desk.run(HEADER + GOOD + '2,yesterday,在办,,"a,b"\n3,2026-03-01 09:05,待办\n')
    assert report.rejects_file == str(desk.rejects)
    text = desk.rejects.read_text("utf-8-sig")
    header, bad, short = csv.reader(text.splitlines())
    assert header == ["_row", "_sheet", "_code", "_message", *HEADER.strip().split(",")]
    assert (bad[0], bad[2], bad[4:]) == ("3", "input.cell.code input.cell.time", ["2", "yesterday", "在办", "", "a,b"])
    assert (short[0], short[2], short[4:]) == ("4", "input.row.too_few_cells", ["3", "2026-03-01 09:05", "待办"])
    fixed = desk.file(text.replace("2,yesterday,在办", "2,2026-03-01,待办").rsplit("\n", 2)[0] + "\n", "fixed.csv")
    assert desk.run(fixed).written == 1


def test_without_rejected_rows_there_is_no_rejects_file(desk: Desk) -> None:
    assert desk.run(HEADER + GOOD).rejects_file is None
    assert not desk.rejects.exists()


def test_unknown_codes_are_kept_where_the_mapping_says_so(desk: Desk) -> None:
    rules = mapping(
        HOTLINE.replace('[columns."状态"]', '[columns."状态"]\nunknown = "keep"').replace('"{类别}"', '"{状态}"')
    )
    desk.run(HEADER + GOOD + GOOD.replace("办结", "在办").replace("1,", "2,", 1), rules)
    assert [event["category"] for event in desk.events("ComplaintFiled")] == ["closed", "在办"]


@pytest.mark.parametrize(
    ("when", "cases"),
    [
        ('{ "状态" = "closed" }', ["1"]),
        ('{ "状态" = ["closed", "open"] }', ["1", "2", "3"]),
        ('{ "办结时间" = { present = true } }', ["1"]),
        ('{ "办结时间" = { present = false } }', ["2", "3"]),
        ('{ "状态" = { not = "closed" }, "类别" = { not = ["x", "z"] } }', ["3"]),
        ('{ any = [ { "状态" = "closed" }, { "类别" = "y" } ] }', ["1", "3"]),
        ('{ not = { all = [ { "状态" = "open" }, { "类别" = "y" } ] } }', ["1", "2"]),
    ],
)
def test_conditions(desk: Desk, when: str, cases: list[str]) -> None:
    rules = mapping(HOTLINE.replace('when = { "状态" = "closed" }', f"when = {when}").replace('"{类别}"', '"{状态}"'))
    desk.run(HEADER + GOOD.replace("噪音", "z") + "2,2026-03-01 09:06,待办,,x\n3,2026-03-01 09:06,待办,,y\n", rules)
    assert [event["source_ref"] for event in desk.events("ComplaintClosed")] == cases


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("category", '"{类别}"', "噪音"),
        ("category", '"{类别}-{办结时间|无}{{}}"', "噪音-无{}"),
        ("category", '"{类别}-{办结时间}"', None),
        ("channel", '"telephone"', "telephone"),
        ("lat", "31.5", 31.5),
        ("tags", '["a", "b"]', ["a", "b"]),
        ("tags", '"{类别}、急"', ["噪音", "急"]),
        ("due_at", '"{受理时间}"', micros("2026-03-01T09:05+08:00")),
        ("urgency", '{ value = "high", when = { "类别" = "噪音" } }', "high"),
        ("urgency", '{ value = "high", when = { "类别" = "x" } }', None),
    ],
)
def test_values_of_fields(desk: Desk, field: str, value: str, found: Any) -> None:
    rules = mapping(HOTLINE.replace('fields = { category = "{类别}" }', f"[events.fields]\n{field} = {value}"))
    desk.run(HEADER + GOOD.replace("2026-03-02 10:00", ""), rules)
    assert desk.events("ComplaintFiled")[0][field] == found


def test_a_source_s_own_version_identifies_its_statements(desk: Desk) -> None:
    rules = mapping(more='record_version = "{类别}"\n')
    desk.run(HEADER + GOOD, rules)
    first = desk.facts()
    again = desk.run(HEADER + GOOD.replace("09:05", "09:06"), rules, known=True)
    assert (again.written, again.repeated) == (0, 2)
    assert len({fact.event_id for fact in first}) == 2


def test_a_dry_run_writes_nothing_and_shows_the_first_events(desk: Desk) -> None:
    report = desk.run(HEADER + GOOD + "2,x,待办,,y\n", dry_run=True)
    assert desk.log.records == []
    assert not desk.rejects.exists()
    document = report.as_dict()
    assert (document["written"], document["rejected"], document["events"]) == (
        2,
        1,
        {"ComplaintFiled": 1, "ComplaintClosed": 1},
    )
    first = document["first_events"][0]
    assert (first["type"], first["occurred_at"]) == ("linli.complaints.ComplaintFiled", "2026-03-01T01:05:00+00:00")
    assert "positions" not in document


def test_the_document_of_an_import(desk: Desk) -> None:
    document = desk.run(HEADER + GOOD).as_dict()
    assert {"file", "mapping", "rows", "events", "written", "repeated", "rejected", "rejects_file", "positions"} <= set(
        document
    )
    assert sum(document["positions"]["linli.complaints"].values()) == 2


def test_what_is_known_is_not_written_again(desk: Desk) -> None:
    text = HEADER + GOOD + GOOD.replace("1,", "2,", 1)
    assert desk.run(text).written == 4
    again = desk.run(text + GOOD.replace("1,", "3,", 1), known=True)
    assert (again.written, again.repeated, dict(again.events)) == (2, 4, {"ComplaintFiled": 3, "ComplaintClosed": 3})
    assert len(desk.log.records) == 6


def test_without_knowledge_the_same_events_are_written_again(desk: Desk) -> None:
    desk.run(HEADER + GOOD)
    desk.run(HEADER + GOOD)
    assert len(desk.log.records) == 4
    assert len({record.event_id for record in desk.log.records}) == 2


def test_chunks_do_not_show(desk: Desk) -> None:
    text = HEADER + "".join(GOOD.replace("1,", f"{number},", 1) for number in range(25)) + "x,y\n"
    report = desk.run(text, chunk_rows=4)
    assert (report.rows, report.written, report.rejected) == (26, 50, 1)
    assert [event["origin"].split("#")[1].split(";")[0] for event in desk.events("ComplaintFiled")] == [
        str(n) for n in range(2, 27)
    ]


PLACED = HOTLINE.replace(
    "[[events]]",
    """
[[places]]
level = "city"
kind = "city"
key = "nc"
name = "南昌"

[[places]]
level = "street"
kind = "street"
key = "{街道}"
name = "{街道}"

[[places]]
level = "grid"
kind = "grid"
key = "{网格}"
name = "{网格}网格"
unique = true
fields = { households = "{户数}" }

[[parties]]
label = "unit"
kind = "department"
key = "{单位}"
name = "{单位}"

[[responsibilities]]
place = "street"
party = "unit"
duty = "grid"
valid_from = 2020-01-01

[[events]]""",
    1,
).replace('"{类别}"', '"{类别}", place_id = "@place", party_id = "@party.unit"')
PLACED_HEADER = HEADER.strip() + ",街道,网格,户数,单位\n"


def placed(*rows: str) -> str:
    return PLACED_HEADER + "".join(f"{n},2026-03-01 09:05,待办,,x,{row}\n" for n, row in enumerate(rows))


def test_places_parties_and_zones_are_stated_once(desk: Desk) -> None:
    rules = mapping(PLACED, more="registered_on = 2000-01-01\n")
    desk.run(placed("东湖,1,12,城管", "东湖,2,,城管", "东湖,,,", ",,,城管", "东湖,1,12,城管"), rules, chunk_rows=2)
    places = {event["place_id"]: event for event in desk.events("PlaceRegistered")}
    assert set(places) == {"hotline:nc", "hotline:nc/东湖", "hotline:1", "hotline:2"}
    assert len(desk.events("PlaceRegistered")) == 4
    assert places["hotline:1"]["parents"] == [{"hierarchy": "administrative", "place_id": "hotline:nc/东湖"}]
    assert (places["hotline:1"]["name"], places["hotline:1"]["households"], places["hotline:nc"]["parents"]) == (
        "1网格",
        12,
        [],
    )
    assert places["hotline:1"]["occurred_at"] == micros("2000-01-01T00:00+08:00")
    assert [event["party_id"] for event in desk.events("PartyRegistered")] == ["hotline:城管"]
    (zone,) = desk.events("ResponsibilityAssigned")
    assert (zone["assignment_id"], zone["place_id"], zone["party_id"]) == (
        "hotline:grid/nc/东湖/城管",
        "hotline:nc/东湖",
        "hotline:城管",
    )
    assert zone["valid_from"] == 18262
    filed = desk.events("ComplaintFiled")
    assert [event["place_id"] for event in filed] == [
        "hotline:1",
        "hotline:2",
        "hotline:nc/东湖",
        "hotline:nc",
        "hotline:1",
    ]
    assert [event["party_id"] for event in filed] == [
        "hotline:城管",
        "hotline:城管",
        None,
        "hotline:城管",
        "hotline:城管",
    ]


def test_places_do_not_depend_on_the_file(desk: Desk) -> None:
    rules = mapping(PLACED, more="registered_on = 2000-01-01\n")
    rows = ["东湖,1,12,城管", "西湖,2,8,城管", "东湖,1,12,城管"]
    desk.run(placed(*rows), rules)
    ids = {record.event_id for record in desk.log.records if record.topic != "linli.complaints"}
    desk.log.records.clear()
    desk.run(desk.file(placed(*rows[1:]), "half.csv"), rules)
    assert {record.event_id for record in desk.log.records if record.topic != "linli.complaints"} <= ids


def test_a_slash_in_a_key_is_no_level(desk: Desk) -> None:
    rules = mapping(PLACED.replace("unique = true\n", ""), more="registered_on = 2000-01-01\n")
    desk.run(placed("a/b,c,,u", "a,b/c,,u"), rules)
    assert len(desk.events("PlaceRegistered")) == 5
