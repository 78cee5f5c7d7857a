"""What is wrong with single rows: collected over all columns of a chunk, so that a row is rejected once with all its
faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from schemas.errors import BadCell, BadInput

MAX_CELL_BYTES = 200_000
"""A longer text would make an event larger than the log takes."""


_SHOWN = 60
"""Characters of a value that a message quotes; `data` has all of it."""


class Fault(NamedTuple):
    """What is wrong with a cell: the end of a stable code, a phrase that follows the value, what was expected, what
    to do.
    """

    code: str
    what: str
    expected: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that does not go in: its number, every fault, its original cells."""

    row: int
    errors: tuple[BadInput, ...]
    cells: Sequence[str]


@dataclass
class Faults:
    """Faults of a chunk by row. `file`, `sheet`: for messages; `numbers`: row number by index."""

    file: str
    sheet: str
    numbers: pl.Series
    by_index: dict[int, list[BadCell]] = field(default_factory=dict)

    def add(self, index: int, column: str, value: str | None, fault: Fault) -> None:
        """One cell of the row at `index`. The same cell is told once."""
        row = int(self.numbers[index])
        told = self.by_index.setdefault(index, [])
        if any(each.data["column"] == column for each in told):
            return
        error = BadCell(
            fault.what,
            code=f"input.cell.{fault.code}",
            where=place(self.file, self.sheet, row, column),
            expected=fault.expected,
            remedy=fault.remedy,
            file=self.file,
            sheet=self.sheet or None,
            row=row,
            column=column,
            value=value,
        )
        told.append(error)

    def add_all(self, mask: pl.Series, parents: pl.Series | None, texts: pl.Series, fault: Fault) -> None:
        """Every cell where `mask` is true.

        `parents`: index of the record of each cell, where cells belong to items of a list.
        """
        if not mask.any():
            return
        for item in mask.arg_true().to_list():
            text = texts[item]
            index = item if parents is None else int(parents[item])
            self.add(index, texts.name, text, fault._replace(what=f"{_quoted(text)} {fault.what}"))


def place(file: str, sheet: str, row: int, column: str = "") -> str:
    """`a.xlsx sheet '7月' row 12 column '状态'`."""
    parts = [file, f"sheet {sheet!r}" if sheet else "", f"row {row}", f"column {column!r}" if column else ""]
    return " ".join(part for part in parts if part)


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
