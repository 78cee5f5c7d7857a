"""CSV as it comes: encodings, delimiters, titles, totals, and rows that are no rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from producers.files import survey as surveying
from schemas.errors import BadInput, WrongUsage
from tests.unit.producers.files.desk import HEADER, HOTLINE, Desk, mapping, micros

ROW = "1,2026-03-01 09:05,办结,2026-03-02 10:00,噪音\n"


@pytest.mark.parametrize(
    ("encoding", "bom"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b"")], ids=["utf-8", "bom", "gb18030"]
)
def test_encodings_are_recognised(desk: Desk, encoding: str, bom: bytes) -> None:
    report = desk.run(bom + (HEADER + ROW).encode(encoding))
    assert (report.rows, report.written, report.rejected) == (1, 2, 0)
    assert desk.events("ComplaintFiled")[0]["category"] == "噪音"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_header(desk: Desk, delimiter: str) -> None:
    assert desk.run((HEADER + ROW).replace(",", delimiter)).written == 2


def test_a_stated_delimiter_counts(desk: Desk) -> None:
    rules = mapping(more="", **{"[columns.": '[file]\ndelimiter = ";"\n[columns.'})
    assert desk.run((HEADER + ROW).replace(",", ";"), rules).written == 2


def test_quotes_line_ends_and_blank_rows(desk: Desk) -> None:
    report = desk.run(
        HEADER.replace("\n", "\r\n")
        + '\r\n1,2026-03-01 09:05,待办,,"噪音,\r\n夜间"\r\n,,,,\r\n2,2026-03-01 09:06,待办,,x'
    )
    assert (report.rows, report.rejected) == (2, 0)
    assert [event["category"] for event in desk.events("ComplaintFiled")] == ["噪音,\r\n夜间", "x"]
    assert [event["origin"].split("#")[1].split(";")[0] for event in desk.events("ComplaintFiled")] == ["3", "6"]


def test_title_rows_two_row_headers_and_total_rows(desk: Desk) -> None:
    text = (
        "热线工单汇总表,,,,\n工单编号,受理,,办理,\n,时间,类别,状态,时间\n"
        "1,2026-03-01 09:05,噪音,办结,2026-03-02 10:00\n"
    )
    rules = mapping(
        HOTLINE.replace("受理时间", "受理/时间")
        .replace("办结时间", "办理/时间")
        .replace("类别", "受理/类别")
        .replace('"状态"', '"办理/状态"'),
        **{'[columns."办理': '[file]\ntitle_rows = 1\nheader_rows = 2\n[columns."办理'},
    )
    report = desk.run(text + "合 计,1,,,\n小计：,1,,,\n", rules)
    assert (report.rows, report.totals_dropped, report.written, report.rejected) == (3, 2, 2, 0)
    assert desk.events("ComplaintClosed")[0]["occurred_at"] == micros("2026-03-02T10:00+08:00")


def test_rows_with_too_many_or_too_few_cells_are_rejected_and_the_others_go_in(desk: Desk) -> None:
    report = desk.run(
        HEADER + ROW + "2,2026-03-01 09:05,待办,,噪音,扰民\n3,2026-03-01 09:05,待办\n" + ROW.replace("1,", "4,", 1)
    )
    assert (report.rows, report.written, report.rejected) == (4, 4, 2)
    many, few = report.errors
    assert (many["code"], many["row"], many["what"], many["expected"]) == (
        "input.row.too_many_cells", 3, "6 cells", "5, as in the header",
    )  # fmt: skip
    assert (few["code"], few["row"], few["where"]) == ("input.row.too_few_cells", 4, "a.csv row 4")


def test_a_byte_that_is_no_text_spoils_its_row_alone(desk: Desk) -> None:
    rules = mapping(**{"[columns.": '[file]\nencoding = "utf-8"\n[columns.'})
    report = desk.run((HEADER + ROW).encode() + b"2,2026-03-01 09:05,\xff\xfe,,x\n", rules)
    assert (report.written, report.rejected) == (2, 1)
    assert (report.errors[0]["code"], report.errors[0]["row"]) == ("input.row.encoding", 3)


def test_a_missing_column_is_refused_before_the_first_event(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.run((HEADER + ROW).replace("受理时间", "受理日期"))
    error = caught.value
    assert (error.code, error.where, error.data["column"]) == ("input.column_missing", "a.csv row 1", "受理时间")
    assert "受理日期" in error.remedy
    assert desk.log.records == []


def test_a_header_that_stands_twice_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.run(HEADER.replace("类别", "状态") + ROW, mapping(HOTLINE.replace('fields = { category = "{类别}" }', "")))
    assert (caught.value.code, caught.value.data["column"]) == ("input.column_twice", "状态")


def test_headers_are_compared_without_spaces_case_and_width(desk: Desk) -> None:
    assert desk.run(HEADER.replace("工单编号", " 工单\u3000编号 ") + ROW).written == 2


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "input.empty"), (b"\n\n", "input.empty"), (b"\xff\xfea\x00", "input.encoding")]
)
def test_files_without_a_table_are_refused(desk: Desk, content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        desk.run(content)
    assert caught.value.code == code


def test_a_header_alone_has_no_rows(desk: Desk) -> None:
    assert desk.run(HEADER).rows == 0


def test_a_file_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(WrongUsage):
        desk.run(desk.folder / "none.csv")


def test_an_endless_line_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(surveying, "_BLOCK", 400)
    with pytest.raises(BadInput) as caught:
        desk.run(HEADER + ROW + "x" * 1001)
    assert (caught.value.code, caught.value.data["row"]) == ("input.line_too_long", 3)
    assert desk.run(HEADER + ROW * 30).rows == 30


def test_an_unclosed_quote_is_refused_like_an_endless_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("producers.files.text.MAX_LINE_BYTES", 1000)
    with pytest.raises(BadInput) as caught:
        desk.run(HEADER + '1,2026-03-01 09:05,待办,,"噪音\n' + ROW * 100)
    assert (caught.value.code, caught.value.data["row"]) == ("input.line_too_long", 2)


def test_an_unknown_suffix_without_a_stated_format(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_text(HEADER + ROW, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        desk.run(path)
    assert caught.value.code == "input.format"
    assert desk.run(path, mapping(**{"[columns.": '[file]\nformat = "csv"\n[columns.'})).written == 2
