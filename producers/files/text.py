"""CSV through the standard library; bytes that are no text spoil their row and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

import polars as pl

from producers.files.chunks import CHUNK_ROWS, Chunk, Spoilt, Wanted, find_columns, is_total, join_headers, text_frame
from producers.files.load import did_you_mean
from producers.files.mapping import FileShape
from producers.files.survey import MAX_LINE_BYTES, Survey, line_too_long
from schemas.errors import BadInput

_DELIMITERS = ",;\t|"

Row = tuple[int, list[str]]
"""(line at which the row starts, cells)."""


class CsvReader:
    """`Reader` of a CSV file. Refuses before the first row what would concern all: no header, a missing column."""

    sheet = ""

    def __init__(
        self, survey: Survey, shape: FileShape, wanted: Sequence[Wanted], chunk_rows: int = CHUNK_ROWS
    ) -> None:
        self._survey, self._shape, self._chunk_rows = survey, shape, chunk_rows
        self._totals = frozenset(shape.totals)
        self._suspects = frozenset({word[0] for word in shape.totals if word} | set(" \t\u3000"))
        self.expected_rows = (
            None if survey.lines is None else max(0, survey.lines - shape.title_rows - shape.header_rows)
        )
        with self._opened() as file:
            self.header: Sequence[str] = self._header(self._rows(file))
        where = f"{survey.path.name} row {shape.title_rows + 1}"
        self._places = find_columns(self.header, wanted, where, lambda name: did_you_mean(name, self.header))

    def chunks(self) -> Iterator[Chunk]:
        """See `Reader`."""
        with self._opened() as file:
            rows = self._rows(file)
            self._header(rows)
            while (chunk := self._chunk(rows)).rows:
                yield chunk

    def _opened(self) -> TextIO:
        return self._survey.path.open(encoding=self._survey.encoding, errors="surrogateescape", newline="")

    def _rows(self, file: TextIO) -> Iterator[Row]:
        delimiter = self._shape.delimiter or self._delimiter()
        for _ in islice(file, self._shape.title_rows):
            pass
        return _rows(file, delimiter, self._survey.path.name, self._shape.title_rows)

    def _delimiter(self) -> str:
        """The one of , ; tab | that stands most often in the header; a comma when there is none."""
        first, last = self._shape.title_rows, self._shape.title_rows + self._shape.header_rows
        with self._opened() as file:
            return max(_DELIMITERS, key="".join(islice(file, first, last)).count)

    def _header(self, rows: Iterator[Row]) -> list[str]:
        top = [row for _, row in islice(rows, self._shape.header_rows)]
        header = join_headers(top) if len(top) == self._shape.header_rows else []
        if not header:
            raise BadInput(
                "there is no header",
                code="input.empty",
                where=self._survey.path.name,
                expected="a row of column names, then rows",
            )
        return header

    def _chunk(self, rows: Iterator[Row]) -> Chunk:
        numbers, good, spoilt, totals, width = list[int](), list[list[str]](), list[Spoilt](), 0, len(self.header)
        for number, row in islice(rows, self._chunk_rows):
            if row[0][:1] in self._suspects and is_total(row, self._totals):
                totals += 1
            elif len(row) == width and (self._survey.clean or not _broken(row)):
                numbers.append(number)
                good.append(row)
            else:
                spoilt.append(Spoilt(self._spoilt(number, row), number, [_readable(cell) for cell in row]))
        columns = list(zip(*good, strict=True)) or [()] * width
        cells = text_frame({name: columns[place] for name, place in self._places.items()})
        return Chunk(pl.Series("row", numbers, dtype=pl.Int64), cells, good.__getitem__, spoilt=spoilt, totals=totals)

    def _spoilt(self, number: int, row: list[str]) -> BadInput:
        where = f"{self._survey.path.name} row {number}"
        if _broken(row):
            told = f"bytes that are no {self._survey.encoding.removesuffix('-sig')}"
            return BadInput(told, code="input.row.encoding", where=where, expected="text", row=number)
        return BadInput(
            f"{len(row)} cells",
            code="input.row.too_many_cells" if len(row) > len(self.header) else "input.row.too_few_cells",
            where=where,
            expected=f"{len(self.header)}, as in the header",
            remedy="a cell with the delimiter or a line end in it belongs in quotes",
            row=number,
        )


def _broken(row: Sequence[str]) -> bool:
    """Whether there were bytes that could not be decoded: they stand as lone surrogates."""
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return True
    return False


def _readable(cell: str) -> str:
    return cell.encode(errors="replace").decode()


def _rows(file: TextIO, delimiter: str, name: str, before: int) -> Iterator[Row]:
    """Rows with anything in them. A cell that never ends (an unclosed quote) is refused like an endless line."""
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(file, delimiter=delimiter)
    start = before + 1
    try:
        for row in reader:
            if row and (row[0] or any(row)):
                yield start, row
            start = before + reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise line_too_long(name, start) from error
        raise BadInput(f"this is no CSV: {error}", code="input.csv", where=f"{name} row {start}") from error
