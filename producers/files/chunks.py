"""What all readers yield: chunks of rows as columns of text, whatever the file was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from schemas.errors import BadInput

CHUNK_ROWS = 20_000
"""Rows that are read, translated and published together."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that the mapping uses: its name there, the headers under which it may stand, whether it may be
    missing.
    """

    name: str
    headers: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row that never became cells: its number, what was wrong, its cells as far as they could be read."""

    error: BadInput
    row: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Nested:
    """Items of a list within each record. `parents`: index of the record in the chunk; `numbers`: 1-based place in
    the list. `cells`: String columns named `<list>.<key>`.
    """

    parents: pl.Series
    numbers: pl.Series
    cells: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows. `numbers`: Int64 row (CSV: line, workbook: row of the sheet, JSON: place of the record), 1-based.
    `cells`: String columns by their name in the mapping. `original(index)`: the row's cells under the reader's
    `header`.
    """

    numbers: pl.Series
    cells: pl.DataFrame
    original: Callable[[int], Sequence[str]]
    nested: dict[str, Nested] = field(default_factory=dict)
    spoilt: Sequence[Spoilt] = ()
    totals: int = 0

    @property
    def rows(self) -> int:
        """All rows read, the spoilt and the total rows included."""
        return self.cells.height + len(self.spoilt) + self.totals


class Reader(Protocol):
    """One opened file. `sheet` is empty where there are none; `header`: the names under which rejected rows are
    written.
    """

    sheet: str
    header: Sequence[str]
    expected_rows: int | None

    def chunks(self) -> Iterator[Chunk]:
        """All rows, in order, once. BadInput when reading cannot go on."""
        ...


def find_columns(
    header: Sequence[str], wanted: Iterable[Wanted], where: str, remedy: Callable[[str], str]
) -> dict[str, int]:
    """Column name of the mapping → index in the header. BadInput `input.column_missing` naming all that are missing,
    `input.column_twice` when a wanted header stands twice.
    """
    exact, missing, found = [_bare(text) for text in header], [], {}
    for column in wanted:
        places = [index for index, text in enumerate(exact) if text in {_bare(each) for each in column.headers}]
        if len(places) > 1:
            raise BadInput(
                f"header {header[places[0]]!r} stands over {len(places)} columns",
                code="input.column_twice",
                where=where,
                expected=f"one column for {column.name!r}",
                remedy="rename one of them; headers of several rows are joined as in 受理/时间",
                column=column.name,
            )
        if places:
            found[column.name] = places[0]
        elif not column.optional:
            missing.append(column)
    if missing:
        raise _missing(missing, header, where, remedy)
    return found


def _missing(missing: Sequence[Wanted], header: Sequence[str], where: str, remedy: Callable[[str], str]) -> BadInput:
    names = ", ".join(repr(" or ".join(column.headers)) for column in missing)
    return BadInput(
        f"column {names} is missing",
        code="input.column_missing",
        where=where,
        expected=f"a header with it; this file has {', '.join(header)}",
        remedy=remedy(missing[0].headers[0]),
        column=missing[0].name,
    )


def _bare(text: str) -> str:
    """Headers are compared without spaces and line ends, full width as half width, without case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def join_headers(rows: Sequence[Sequence[str]]) -> list[str]:
    """One header from several rows: 受理 over 时间 is 受理/时间. A merged cell stands in its first column only, so
    blanks of an upper row take the text to their left.
    """
    width = max((len(row) for row in rows), default=0)
    filled = [_spread([*row, *[""] * (width - len(row))]) for row in rows[:-1]]
    last = [" ".join(text.split()) for text in [*rows[-1], *[""] * (width - len(rows[-1]))]]
    joined = []
    for index in range(width):
        parts = [row[index] for row in filled] if last[index] else [_own(row, index) for row in rows[:-1]]
        joined.append("/".join(dict.fromkeys(part for part in [*parts, last[index]] if part)))
    return joined


def _own(row: Sequence[str], index: int) -> str:
    return " ".join(row[index].split()) if index < len(row) else ""


def _spread(row: Sequence[str]) -> list[str]:
    filled, current = [], ""
    for text in row:
        current = " ".join(text.split()) or current
        filled.append(current)
    return filled


def is_total(row: Sequence[str], totals: frozenset[str]) -> bool:
    """Whether the first text of the row is a word such as 合计."""
    first = next((cell for cell in row if cell.strip()), "")
    return "".join(first.split()).rstrip(":：") in totals


def text_frame(columns: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    """String columns from Python lists of str or None."""
    return pl.DataFrame({name: pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()})
