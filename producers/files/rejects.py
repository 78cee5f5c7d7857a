"""Rows that did not go in: a CSV with the original cells, so that they can be put right there and imported again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from producers.files.faults import Rejected

OURS = ("_row", "_sheet", "_code", "_message")
"""Columns in front of the original ones; a mapping does not look at them."""


class RejectsFile:
    """Made when the first row is rejected; UTF-8 with a BOM, since spreadsheets take it for something else without."""

    def __init__(self, path: Path, sheet: str, header: Sequence[str]) -> None:
        self.path, self.count = path, 0
        self._sheet, self._header = sheet, header
        self._file: TextIO | None = None

    def add(self, rejected: Iterable[Rejected]) -> None:
        """One line for each row; several faults of a row are told together."""
        for each in rejected:
            if self._file is None:
                self._file = self._opened()
            codes = " ".join(dict.fromkeys(error.code for error in each.errors))
            told = " | ".join(str(error) for error in each.errors)
            csv.writer(self._file).writerow([each.row, self._sheet, codes, told, *each.cells])
            self.count += 1

    def close(self) -> None:
        """Everything is on disk."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> TextIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("w", encoding="utf-8-sig", newline="")
        csv.writer(file).writerow([*OURS, *self._header])
        return file
