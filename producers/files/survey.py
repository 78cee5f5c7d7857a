"""What a file is, before anything is read from it: its format, its encoding, its SHA-256, and that no line is too
long.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from producers.files.mapping import FileShape
from schemas.errors import BadInput, WrongUsage

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Longest line of a CSV or NDJSON file; a longer one means a missing line end or a quote that was never closed."""

_BLOCK = 1024 * 1024
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SUFFIXES = {"csv": "csv", "tsv": "csv", "txt": "csv", "xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "json": "json",
             "geojson": "json", "ndjson": "ndjson", "jsonl": "ndjson"}  # fmt: skip
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Survey:
    """`format`: csv, xlsx, xls, json or ndjson. `encoding`: a Python codec; `clean`: all bytes are text in it.
    `sha256`: hexadecimal, of the bytes as they are. `lines`: of a CSV or NDJSON file, else None.
    """

    path: Path
    format: str
    encoding: str
    clean: bool
    sha256: str
    size: int
    lines: int | None = None


def survey(path: Path, shape: FileShape) -> Survey:
    """Read the file once, in blocks. WrongUsage `usage.file`; BadInput `input.empty`, `input.line_too_long`,
    `input.encoding`, `input.format`.
    """
    if not path.is_file():
        raise WrongUsage(f"there is no file {str(path)!r}", code="usage.file", expected="the path of a file to import")
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise BadInput("the file is empty", code="input.empty", where=path.name, expected="a header and rows")
    form = _format(path, start, shape)
    digest, utf8, lines = _read_through(path, lines=form in ("csv", "ndjson"))
    encoding = _encoding(path, start, shape, utf8=utf8)
    clean = utf8 if encoding.startswith("utf-8") else form == "csv" and _is_text(path, encoding)
    return Survey(path, form, encoding, clean, digest, path.stat().st_size, lines)


def _format(path: Path, start: bytes, shape: FileShape) -> str:
    told = shape.format or _SUFFIXES.get(path.suffix.lower().lstrip("."))
    seen = "xlsx" if start.startswith(_ZIP) else "xls" if start.startswith(_OLE) else None
    if seen is None and told in ("xlsx", "xls"):
        raise BadInput(
            f"this is no {told.upper()} workbook: it starts with {start!r}",
            code="input.format",
            where=path.name,
            expected="a workbook; some systems name web pages or text files .xls",
            remedy="open it in a spreadsheet program and save it as .xlsx, or as CSV",
        )
    if seen is None and told is None:
        raise BadInput(
            f"the format cannot be told from the name {path.name!r}",
            code="input.format",
            where=path.name,
            expected='a suffix .csv, .xlsx, .xls, .json or .ndjson, or format = "…" under [file] in the mapping',
        )
    return seen or str(told)


def _encoding(path: Path, start: bytes, shape: FileShape, *, utf8: bool) -> str:
    if start.startswith(_UTF16):
        raise BadInput(
            "the file is UTF-16",
            code="input.encoding",
            where=path.name,
            expected="UTF-8 or GB18030",
            remedy="save it as CSV UTF-8",
        )
    told = shape.encoding or ("utf-8" if utf8 else "gb18030")
    return "utf-8-sig" if told == "utf-8" else told


def _read_through(path: Path, *, lines: bool) -> tuple[str, bool, int | None]:
    """(SHA-256, whether all of it is UTF-8, number of lines); refuses an endless line after 16 MiB, whatever the
    file's size.
    """
    digest, decoder, utf8, line, length = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True, 1, 0
    for block in _blocks(path):
        digest.update(block)
        utf8 = utf8 and _decodes(decoder, block)
        if lines:
            line, length = _measure(block, line, length, path.name)
    ended = line - 1 if length == 0 else line
    return digest.hexdigest(), utf8 and _decodes(decoder, b"", final=True), ended if lines else None


def _is_text(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    return all(_decodes(decoder, block) for block in _blocks(path)) and _decodes(decoder, b"", final=True)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _measure(block: bytes, line: int, length: int, name: str) -> tuple[int, int]:
    """(number of the line that the block ends in, its bytes so far). A block is shorter than the limit."""
    first = block.find(b"\n")
    if length + (len(block) if first < 0 else first) > MAX_LINE_BYTES:
        raise line_too_long(name, line)
    if first < 0:
        return line, length + len(block)
    return line + block.count(b"\n"), len(block) - block.rfind(b"\n") - 1


def line_too_long(name: str, line: int) -> BadInput:
    """The refusal of a line, or of a quoted cell, that does not end."""
    return BadInput(
        f"line {line} is longer than {MAX_LINE_BYTES // 1024 // 1024} MiB",
        code="input.line_too_long",
        where=f"{name} row {line}",
        expected="one record a line",
        remedy="look for a missing line end or an unclosed quote; JSON without line ends has format json",
        row=line,
    )
