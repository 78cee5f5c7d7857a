"""A document in a terminal: an aligned table, and under it everything that says what it means. Fits 80 columns."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from linli.reports.dimensions import CHINESE, STAGE_LABELS, UNASSIGNED, UNLOCATED
from linli.reports.document import Column, Document
from linli.reports.metrics import Text
from linli.reports.session import Row

DASH = "—"
_MANY_DAYS = 100
"""From here on hours are no news."""
_NOTHING = Text(
    "Nothing to show: no case lies in this population. `linli status` tells what has been applied, `linli import` "
    "brings data in.",
    "没有可显示的内容：该范围内没有工单。用 linli status 查看处理进度，用 linli import 导入数据。",
)


def terminal(document: Document, *, language: str = "en", width: int = 80) -> str:
    """The document as text of at most `width` columns, where the numbers themselves leave room for that."""
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, legacy_windows=False)
    if document.rows:
        console.print(_table(document, language, width), width=10 * width, crop=False)
    else:
        console.print(_NOTHING.told(language), highlight=False)
    console.print()
    console.print(_footer(document, language))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def duration(seconds: int | None, language: str = "en") -> str:
    """A duration as people say it, its two largest units: 45 s, 5 min, 3 h 20 min, 2 d 20 h, 130 d."""
    if seconds is None:
        return DASH
    if seconds < 0:
        return "-" + duration(-seconds, language)
    day, hour, minute, second = ("天", "时", "分", "秒") if language == "zh" else (" d", " h", " min", " s")
    between = "" if language == "zh" else " "
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    if days >= _MANY_DAYS:
        return f"{days}{day}"
    if days:
        return f"{days}{day}{between}{hours}{hour}"
    if hours:
        return f"{hours}{hour}{between}{minutes}{minute}"
    return f"{minutes}{minute}" if minutes else f"{seconds}{second}"


def label(value: Any, language: str = "en") -> str:
    """A dimension's value; what is missing is told in both languages."""
    if value is None:
        return "（未注明）" if language == "zh" else "(not stated)"
    text = str(value)
    if text in STAGE_LABELS:
        return STAGE_LABELS[text].told(language)
    if language == "zh":
        return CHINESE.get(text, text)
    return f"{text} {CHINESE[text]}" if text in (UNLOCATED, UNASSIGNED) else text


_LEAST = 5
"""Columns that a label keeps at least when a table is too wide: what does not fit is wrapped."""


def _table(document: Document, language: str, width: int) -> Table:
    """Columns of numbers keep their width; labels share what is left and are wrapped."""
    shown = [column for column in document.columns if _is_shown(column, document.rows)]
    headers = [_header(column, language) for column in shown]
    rows = [[_cell(row, column, language) for column in shown] for row in _with_ids(document.rows, shown)]
    if document.totals and len(document.rows) > 1:
        rows.append(_total(document.totals, shown, language))
    natural = [
        max(map(cell_len, (*header.split("\n"), *(row[at] for row in rows)))) for at, header in enumerate(headers)
    ]
    widths, between = _widths(shown, natural, width)
    table = Table(box=None, pad_edge=False, padding=(0, between, 0, 0))
    for column, header, columns in zip(shown, headers, widths, strict=True):
        justify: Literal["left", "right"] = "left" if column.kind == "label" else "right"
        table.add_column(Line(header), justify=justify, width=columns, overflow="fold", vertical="top")
    for row in rows:
        table.add_row(*map(Line, row))
    return table


def _widths(shown: Sequence[Column], natural: Sequence[int], width: int) -> tuple[list[int], int]:
    """Columns for each column, and between them: the widest labels give way first."""
    widths = list(natural)
    soft = [at for at, column in enumerate(shown) if column.kind == "label" and not column.whole]
    between = 2 if sum(widths) - sum(max(0, widths[at] - 2 * _LEAST) for at in soft) + 2 * len(widths) <= width else 1
    room = width - between * (len(widths) - 1)
    while sum(widths) > room and any(widths[at] > _LEAST for at in soft):
        widths[max(soft, key=lambda at: widths[at])] -= 1
    return widths, between


def _header(column: Column, language: str) -> str:
    """Headers of numbers stand one word a line."""
    told = column.header.told(language)
    return told if column.kind == "label" else "\n".join(told.split())


def _is_shown(column: Column, rows: Sequence[Row]) -> bool:
    """Not what is hidden; `n` beside `cases` only where they differ."""
    if column.name == "cases" and column.kind == "count" and all(row.get("n") == row["cases"] for row in rows):
        return not any(row.get("estimated") is not None for row in rows)
    return column.kind != "hidden"


def _with_ids(rows: Sequence[Row], shown: Sequence[Column]) -> Iterator[Row]:
    """Rows in which a name that stands for several ids shows the id beside it."""
    names = [column.name for column in shown if column.kind == "label" and rows and f"{column.name}_id" in rows[0]]
    ids = {name: {(row[name], row[f"{name}_id"]) for row in rows} for name in names}
    shared = {
        name: {told for told, count in Counter(told for told, _ in ids[name]).items() if count > 1} for name in names
    }
    for row in rows:
        yield {**row, **{name: f"{row[name]} ({row[f'{name}_id']})" for name in names if row[name] in shared[name]}}


def _cell(row: Row, column: Column, language: str) -> str:
    value = row[column.name]
    if column.kind == "label":
        return label(value, language)
    if value is None:
        return DASH
    if column.kind == "seconds":
        return ("~" if row.get("estimated") else "") + duration(value, language)
    return f"{value * 100:.2f} %" if column.kind == "ratio" else f"{value:,}"


def _total(totals: Row, shown: Sequence[Column], language: str) -> list[str]:
    cells = [_cell(totals, column, language) if column.name in totals else "" for column in shown]
    return [label("total", language), *cells[1:]] if not cells[0] else cells


def _footer(document: Document, language: str) -> Table:
    """What the numbers mean: label and text, the text wrapped beside its label."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in _meaning(document):
        grid.add_row(Line(name.told(language)), Line(text.told(language)))
    return grid


def _meaning(document: Document) -> Iterator[tuple[Text, Text]]:
    metric = document.metric
    at = f"{document.as_of:%Y-%m-%d %H:%M:%S} UTC"
    name = f"{metric.id} v{metric.version}"
    yield Text("metric", "指标"), Text(name, name)
    yield Text("definition", "定义"), metric.definition
    yield Text("population", "范围"), document.population
    yield Text("time axis", "时间轴"), metric.time_axis
    yield Text("as of", "截至"), Text(at, at)
    yield Text("known", "数据"), document.freshness.told()
    for left in document.left_out:
        yield Text("left out", "未计入"), Text(f"{left.n:,} {left.why.en}", f"{left.why.zh}：{left.n:,}")
    for remark in document.remarks:
        yield Text("note", "说明"), remark
