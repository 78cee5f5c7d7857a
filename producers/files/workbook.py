"""XLSX and XLS through calamine: typed cells become the text that a CSV of the sheet would hold, dates in ISO 8601."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from producers.files.chunks import CHUNK_ROWS, Chunk, Wanted, find_columns, is_total, join_headers, text_frame
from producers.files.load import did_you_mean
from producers.files.mapping import FileShape
from producers.files.survey import Survey
from schemas.errors import BadInput

_EXACT = 1e15
"""Excel keeps 15 digits: a whole number from here on is rounded, and is shown as one."""


class WorkbookReader:
    """`Reader` of one sheet of a workbook, which is in memory as a whole."""

    def __init__(
        self, survey: Survey, shape: FileShape, wanted: Sequence[Wanted], chunk_rows: int = CHUNK_ROWS
    ) -> None:
        self._name, self._shape, self._chunk_rows = survey.path.name, shape, chunk_rows
        self._sheet = _sheet(survey, shape)
        self.sheet: str = self._sheet.name
        self._totals = frozenset(shape.totals)
        self._first_row = shape.title_rows + shape.header_rows + 1
        top = list(islice(self._rows(), self._first_row - 1))[shape.title_rows :]
        self.header: Sequence[str] = join_headers(top) if len(top) == shape.header_rows else []
        if not any(self.header):
            raise BadInput(
                "there is no header",
                code="input.empty",
                where=self._where(),
                expected="a row of column names, then rows",
            )
        self._places = find_columns(self.header, wanted, self._where(), lambda name: did_you_mean(name, self.header))
        self.expected_rows: int | None = max(0, self._sheet.total_height - self._first_row + 1)

    def chunks(self) -> Iterator[Chunk]:
        """See `Reader`."""
        rows = enumerate(islice(self._rows(), self._first_row - 1, None), self._first_row)
        while part := list(islice(rows, self._chunk_rows)):
            yield self._chunk(part)

    def _chunk(self, part: Sequence[tuple[int, list[str]]]) -> Chunk:
        filled = [(number, row) for number, row in part if any(row)]
        kept = [(number, row) for number, row in filled if not is_total(row, self._totals)]
        columns = {name: [row[place] for _, row in kept] for name, place in self._places.items()}
        numbers = pl.Series("row", [number for number, _ in kept], dtype=pl.Int64)
        return Chunk(numbers, text_frame(columns), lambda index: kept[index][1], totals=len(filled) - len(kept))

    def _rows(self) -> Iterator[list[str]]:
        """Rows of the sheet from its first on, in cells from column A on."""
        left, top = 0, 0
        if self._sheet.start is not None:
            top, left = self._sheet.start
        yield from ([] for _ in range(top))
        for row in self._sheet.iter_rows():
            yield [""] * left + [cell_text(cell) for cell in row]

    def _where(self) -> str:
        return f"{self._name} sheet {self.sheet!r} row {self._shape.title_rows + 1}"


def cell_text(cell: Any) -> str:
    """The text of a cell: 12 for 12.0, 1.2e+19 where digits are lost, ISO 8601 for dates and times."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return _number_text(cell)
    return cell.isoformat() if isinstance(cell, (datetime, date, time)) else str(cell)


def _number_text(number: float) -> str:
    if abs(number) >= _EXACT:
        return f"{float(number):e}"
    return str(int(number)) if number == int(number) else repr(number)


def _sheet(survey: Survey, shape: FileShape) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_path(str(survey.path))
        return _chosen(book, shape.sheet, survey.path.name)
    except PasswordError as error:
        raise BadInput(
            "the workbook is protected by a password",
            code="input.workbook.locked",
            where=survey.path.name,
            remedy="save it without",
        ) from error
    except CalamineError as error:
        raise BadInput(
            f"the workbook cannot be read ({error})",
            code="input.workbook",
            where=survey.path.name,
            expected="a whole XLSX or XLS file",
            remedy="it may have been cut off: fetch or save it again",
        ) from error


def _chosen(book: CalamineWorkbook, wanted: str | int | None, name: str) -> CalamineSheet:
    """By name, or by number from 1; the first when the mapping names none."""
    try:
        if isinstance(wanted, str):
            return book.get_sheet_by_name(wanted)
        return book.get_sheet_by_index((wanted or 1) - 1)
    except (WorksheetNotFound, IndexError, OverflowError) as error:
        raise BadInput(
            f"there is no sheet {wanted!r}",
            code="input.sheet_missing",
            where=name,
            expected=f"one of {', '.join(book.sheet_names)}",
            remedy=did_you_mean(str(wanted), book.sheet_names),
        ) from error
