"""JSON and NDJSON: records become the same columns of text as rows do. Nested keys are joined by dots, numbers keep
their digits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import polars as pl

from producers.files.chunks import CHUNK_ROWS, Chunk, Nested, Spoilt, Wanted, text_frame
from producers.files.load import did_you_mean
from producers.files.mapping import FileShape
from producers.files.survey import MAX_LINE_BYTES, Survey, line_too_long
from schemas.errors import BadInput

MAX_JSON_BYTES = 64 * 1024 * 1024
"""A JSON document is read as a whole; larger exports belong in NDJSON, which is not."""

Record = dict[str, Any]
Numbered = tuple[int, Any]
"""(place of the record, or line of an NDJSON file; the record, or the BadInput that it could not be read)."""


class JsonReader:
    """`Reader` of records; `lists`: which lists in them have items of their own."""

    sheet = ""
    header: Sequence[str] = ("record",)

    def __init__(
        self,
        survey: Survey,
        shape: FileShape,
        wanted: Sequence[Wanted],
        lists: Sequence[str],
        chunk_rows: int = CHUNK_ROWS,
    ) -> None:
        self._survey, self._wanted, self._lists, self._chunk_rows = survey, wanted, lists, chunk_rows
        self.expected_rows = survey.lines
        if survey.format == "json":
            self._document = list(_document(survey, shape.records))
            self.expected_rows = len(self._document)
        first = [flat for _, flat in self._flat(islice(self._records(), 1000)) if isinstance(flat, dict)]
        self._check(first)

    def chunks(self) -> Iterator[Chunk]:
        """See `Reader`."""
        records = self._records()
        while part := list(islice(records, self._chunk_rows)):
            yield self._chunk(part)

    def _records(self) -> Iterator[Numbered]:
        return iter(self._document) if self._survey.format == "json" else _lines(self._survey)

    def _flat(self, records: Iterable[Numbered]) -> Iterator[tuple[int, Any]]:
        for number, record in records:
            yield number, record if isinstance(record, BadInput) else _flatten(record, self._lists)

    def _check(self, first: Sequence[Record]) -> None:
        """A key that the mapping needs and no record has; keys of records may be missing one by one."""
        if not first:
            raise BadInput(
                "there are no records", code="input.empty", where=self._survey.path.name, expected="a list of objects"
            )
        keys = {key for flat in first for key in flat}
        for name in self._lists:
            keys |= {f"{name}.{key}" for flat in first for item in flat.get(name) or [] for key in item}
        for column in self._wanted:
            if not column.optional and keys.isdisjoint(column.headers):
                raise BadInput(
                    f"key {' or '.join(column.headers)!r} is in none of the first {len(first)} records",
                    code="input.column_missing",
                    where=self._survey.path.name,
                    expected="records with it, or optional = true in the mapping",
                    remedy=did_you_mean(column.headers[0], keys),
                    column=column.name,
                )

    def _chunk(self, part: Sequence[Numbered]) -> Chunk:
        flats = list(self._flat(part))
        spoilt = [Spoilt(error, number, [""]) for number, error in flats if isinstance(error, BadInput)]
        good = [
            (number, record, flat)
            for (number, record), (_, flat) in zip(part, flats, strict=True)
            if isinstance(flat, dict)
        ]
        own = [column for column in self._wanted if not any(column.name.startswith(f"{name}.") for name in self._lists)]
        cells = _columns([flat for _, _, flat in good], own, "")
        numbers = pl.Series("row", [number for number, _, _ in good], dtype=pl.Int64)
        nested = {name: self._nested(name, [flat.get(name) or [] for _, _, flat in good]) for name in self._lists}
        return Chunk(numbers, cells, lambda index: [json.dumps(good[index][1], ensure_ascii=False)], nested, spoilt)

    def _nested(self, name: str, lists: Sequence[Sequence[Record]]) -> Nested:
        prefix = f"{name}."
        columns = [column for column in self._wanted if column.name.startswith(prefix)]
        items = [item for each in lists for item in each]
        parents = [index for index, each in enumerate(lists) for _ in each]
        numbers = [place for each in lists for place in range(1, len(each) + 1)]
        return Nested(
            pl.Series("parent", parents, dtype=pl.Int64),
            pl.Series("item", numbers, dtype=pl.Int64),
            _columns(items, columns, prefix),
        )


def _columns(flats: Sequence[Record], columns: Sequence[Wanted], prefix: str) -> pl.DataFrame:
    """One String column for each wanted one; a record without the key has null."""
    if not columns:
        return pl.DataFrame({"": pl.Series([None] * len(flats), dtype=pl.String)})
    return text_frame(
        {column.name: _cells(flats, [key.removeprefix(prefix) for key in column.headers]) for column in columns}
    )


def _cells(flats: Sequence[Record], keys: Sequence[str]) -> list[str | None]:
    if len(keys) == 1:
        return [flat.get(keys[0]) for flat in flats]
    return [next((flat[key] for key in keys if flat.get(key) is not None), None) for flat in flats]


def _flatten(record: Any, lists: Sequence[str]) -> Record | BadInput:
    """Dotted key → text; a list named in `lists` → flattened items; another list → its texts joined by commas."""
    if not isinstance(record, dict):
        return BadInput(
            f"{type(record).__name__} {str(record)[:60]!r}", code="input.row.no_object", expected="an object"
        )
    flat: Record = {}
    _into(flat, record, "", lists)
    return flat


def _into(flat: Record, record: Mapping[str, Any], prefix: str, lists: Sequence[str]) -> None:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            _into(flat, value, f"{name}.", lists)
        elif name in lists:
            flat[name] = (
                [_flatten(item, ()) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
            )
        elif isinstance(value, list):
            flat[name] = ",".join(text for each in value if (text := _text(each)) is not None)
        else:
            flat[name] = _text(value)


def _text(value: Any) -> str | None:
    """Numbers are text already (`_parse`)."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _parse(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str)


def _document(survey: Survey, path: str | None) -> Iterator[Numbered]:
    """The records of a JSON document: the list at its top, or at the dotted `path`."""
    name = survey.path.name
    if survey.size > MAX_JSON_BYTES:
        raise BadInput(
            f"{survey.size:,} bytes",
            code="input.too_large",
            where=name,
            expected="at most 512 MiB",
            remedy="use NDJSON",
        )
    try:
        tree = _parse(survey.path.read_text(encoding=survey.encoding))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(
            f"this is no JSON: {error}", code="input.json", where=name, expected="one whole JSON document"
        ) from error
    for key in path.split(".") if path else []:
        tree = tree.get(key) if isinstance(tree, dict) else None
    if not isinstance(tree, list):
        raise BadInput(
            f"there is no list {'at ' + repr(path) if path else 'at the top'}",
            code="input.json",
            where=name,
            expected='a list of records; records = "path.to.it" under [file] names it',
        )
    return enumerate(tree, 1)


def _lines(survey: Survey) -> Iterator[Numbered]:
    with survey.path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise line_too_long(survey.path.name, number)
            if line.strip():
                yield number, _line(line, number, survey)


def _line(line: bytes, number: int, survey: Survey) -> Any:
    try:
        return _parse(line.decode(survey.encoding))
    except (ValueError, RecursionError) as error:
        where = f"{survey.path.name} row {number}"
        return BadInput(
            f"this is no JSON: {error}", code="input.row.json", where=where, expected="one JSON object", row=number
        )
