"""From a surveyed file to its reader."""

from __future__ import annotations

from collections.abc import Sequence

from producers.files.chunks import CHUNK_ROWS, Reader, Wanted
from producers.files.mapping import FileShape
from producers.files.records import JsonReader
from producers.files.survey import Survey
from producers.files.text import CsvReader
from producers.files.workbook import WorkbookReader


def open_reader(
    survey: Survey, shape: FileShape, wanted: Sequence[Wanted], lists: Sequence[str] = (), chunk_rows: int = CHUNK_ROWS
) -> Reader:
    """The reader of a file; what concerns the whole of it (no header, a missing column, cut off) is refused here."""
    if survey.format in ("json", "ndjson"):
        return JsonReader(survey, shape, wanted, lists, chunk_rows)
    if survey.format == "csv":
        return CsvReader(survey, shape, wanted, chunk_rows)
    return WorkbookReader(survey, shape, wanted, chunk_rows)
