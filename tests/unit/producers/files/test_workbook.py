"""Workbooks as offices make them: dates as numbers, merged headers, long numbers that lost their digits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from producers.files.workbook import cell_text
from schemas.errors import BadInput
from tests.unit.producers.files.desk import HEADER, HOTLINE, Desk, mapping, micros

HEAD = HEADER.strip().split(",")


def workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "7月") -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        book.add_worksheet("说明")
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def on_sheet(name: str | int, more: str = "") -> str:
    told = f'"{name}"' if isinstance(name, str) else name
    return HOTLINE.replace("[columns.", f"[file]\nsheet = {told}\n{more}\n[columns.", 1)


def test_dates_numbers_and_texts(desk: Desk) -> None:
    rows: list[list[Any]] = [
        HEAD,
        [20260301001, datetime(2026, 3, 1, 9, 5, tzinfo=UTC).replace(tzinfo=None), "办结", 46083.5, "噪音"],
        [],
        ["2", "2026年3月1日 9时05分", "待办", "", 12],
    ]
    report = desk.run(workbook(desk.folder / "a.xlsx", rows), mapping(on_sheet("7月")))
    assert (report.rows, report.written, report.rejected) == (2, 3, 0)
    first, second = desk.events("ComplaintFiled")
    assert (first["source_ref"], first["occurred_at"]) == ("20260301001", micros("2026-03-01T09:05+08:00"))
    assert (second["category"], second["occurred_at"]) == ("12", micros("2026-03-01T09:05+08:00"))
    assert first["origin"].split("#")[1].startswith("7月!2;")
    assert desk.events("ComplaintClosed")[0]["occurred_at"] == micros("2026-03-02T12:00+08:00")


def test_an_old_workbook(desk: Desk) -> None:
    book, path = xlwt.Workbook(), desk.folder / "a.xls"
    page = book.add_sheet("7月")
    moment = datetime(2026, 3, 1, 9, 5, tzinfo=UTC).replace(tzinfo=None)
    for column, (title, cell) in enumerate(zip(HEAD, ["1", moment, "办结", 46083.5, "噪音"], strict=True)):
        page.write(0, column, title)
        style = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM") if cell is moment else xlwt.Style.default_style
        page.write(1, column, cell, style)
    book.save(str(path))
    assert desk.run(path).written == 2
    assert desk.events("ComplaintFiled")[0]["occurred_at"] == micros("2026-03-01T09:05+08:00")


def test_a_merged_header_over_two_rows(desk: Desk) -> None:
    path = desk.folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.merge_range("A1:E1", "热线工单")
        page.merge_range("A2:A3", "工单编号")
        page.merge_range("B2:C2", "受理")
        page.merge_range("D2:E2", "办理")
        page.write_row("B3", ["时间", "类别", "状态", "时间"])
        page.write_row("A4", ["1", "2026/3/1 9:05", "噪音", "办结", "2026/3/2"])
        page.write_row("A5", ["合计", 1])
    text = HOTLINE.replace("受理时间", "受理/时间").replace("办结时间", "办理/时间")
    text = text.replace("类别", "受理/类别").replace('"状态"', '"办理/状态"')
    report = desk.run(path, mapping(text.replace("[columns.", "[file]\ntitle_rows = 1\nheader_rows = 2\n[columns.", 1)))
    assert (report.written, report.totals_dropped, report.rejected) == (2, 1, 0)


def test_an_order_number_that_lost_its_digits_is_refused_by_name(desk: Desk) -> None:
    rows: list[list[Any]] = [
        HEAD,
        [12026030112345678901, "2026-03-01", "待办", "", "x"],
        ["1.2E+19", "2026-03-01", "待办", "", "x"],
    ]
    report = desk.run(workbook(desk.folder / "a.xlsx", rows), mapping(on_sheet(2)))
    assert (report.written, report.rejected) == (0, 2)
    error = report.errors[1]
    assert (error["code"], error["column"], error["value"], error["row"]) == (
        "input.cell.digits_lost",
        "工单编号",
        "1.2E+19",
        3,
    )
    assert (error["sheet"], error["where"]) == ("7月", "a.xlsx sheet '7月' row 3 column '工单编号'")
    assert "as text" in error["remedy"]


def test_a_truncated_workbook(desk: Desk) -> None:
    whole = workbook(desk.folder / "a.xlsx", [HEAD, ["1", "2026-03-01", "待办", "", "x"]]).read_bytes()
    with pytest.raises(BadInput) as caught:
        desk.run(desk.file(whole[: len(whole) // 2], "b.xlsx"))
    assert (caught.value.code, caught.value.where) == ("input.workbook", "b.xlsx")


def test_a_sheet_that_is_not_there(desk: Desk) -> None:
    path = workbook(desk.folder / "a.xlsx", [HEAD])
    with pytest.raises(BadInput) as caught:
        desk.run(path, mapping(on_sheet("8月")))
    assert (caught.value.code, caught.value.expected) == ("input.sheet_missing", "one of 说明, 7月")
    with pytest.raises(BadInput):
        desk.run(path, mapping(on_sheet(9)))


def test_a_web_page_named_xls(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.run(desk.file("<html><table>", "a.xls"))
    assert caught.value.code == "input.format"


def test_an_empty_sheet(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.run(workbook(desk.folder / "a.xlsx", [[]]), mapping(on_sheet("7月")))
    assert caught.value.code == "input.empty"


@pytest.mark.parametrize(
    ("cell", "text"), [(12.0, "12"), (0.1, "0.1"), (True, "true"), (1.2e19, "1.200000e+19"), (-5.0, "-5"), ("x ", "x ")]
)
def test_the_text_of_a_cell(cell: Any, text: str) -> None:
    assert cell_text(cell) == text
