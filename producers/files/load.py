"""From a mapping's name or path to a checked mapping; every mistake is told with file, table, key, value and what was
expected.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from producers.files import mapping as model
from producers.files.mapping import Mapping
from schemas.errors import BadMapping

SHIPPED = ("los-angeles-311", "boston-311", "chicago-open311")
"""Mappings that come with Linli, by name. Adding one: a file in producers/mappings/ and its name here."""

_TABLES: dict[str, type[BaseModel]] = {
    "file": model.FileShape,
    "columns": model.Column,
    "places": model.Level,
    "parties": model.Party,
    "responsibilities": model.Responsibility,
    "events": model.EventRule,
    "snapshot": model.SnapshotRule,
    "title": model.Title,
}


@dataclass(frozen=True, slots=True)
class LoadedMapping:
    """A mapping with where it stood and the SHA-256 (hexadecimal) of its file."""

    name: str
    sha256: str
    rules: Mapping


def load_mapping(name_or_path: str) -> LoadedMapping:
    """The shipped mapping of that name, else the mapping file at that path.

    BadMapping `mapping.unknown`, `mapping.toml`, `mapping.key_unknown`, `mapping.key_missing` or `mapping.value`.
    """
    if name_or_path in SHIPPED:
        raw = files("producers").joinpath("mappings", f"{name_or_path}.toml").read_bytes()
        return parse_mapping(raw, f"{name_or_path}.toml")
    path = Path(name_or_path)
    if not path.is_file():
        raise BadMapping(
            f"there is no mapping {name_or_path!r}",
            code="mapping.unknown",
            expected=f"one of {', '.join(SHIPPED)}, or the path of a mapping file",
            remedy=did_you_mean(name_or_path, SHIPPED),
            value=name_or_path,
        )
    return parse_mapping(path.read_bytes(), path.name)


def parse_mapping(raw: bytes, name: str) -> LoadedMapping:
    """A mapping from the bytes of its file; `name` stands in messages."""
    try:
        tree = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(
            f"this is no TOML: {error}", code="mapping.toml", where=name, expected="TOML in UTF-8"
        ) from error
    try:
        rules = Mapping.model_validate(tree)
    except ValidationError as error:
        raise _mistake(error, name) from error
    return LoadedMapping(name, hashlib.sha256(raw).hexdigest(), rules)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, or nothing when no known word is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else ""


def _mistake(error: ValidationError, name: str) -> BadMapping:
    """The first mistake; how many more there are is said too."""
    mistakes = error.errors()
    first = min(mistakes, key=lambda each: each["type"] != "extra_forbidden")
    place, key = _place(first["loc"])
    where = f"{name}, {place}"
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    if first["type"] == "extra_forbidden":
        known = _known_keys(first["loc"])
        return BadMapping(
            f"unknown key {key!r}{more}",
            code="mapping.key_unknown",
            where=where,
            expected=f"one of {', '.join(known)}",
            remedy=did_you_mean(key, known),
            key=key,
        )
    if first["type"] == "missing":
        return BadMapping(
            f"key {key!r} is missing{more}", code="mapping.key_missing", where=where, expected=key, key=key
        )
    return BadMapping(
        f"{key} = {first['input']!r} does not fit{more}",
        code="mapping.value",
        where=where,
        expected=_expected(first["msg"]),
        key=key,
        value=str(first["input"]),
    )


def _expected(message: str) -> str:
    for prefix in ("Input should be ", "Value error, "):
        message = message.removeprefix(prefix)
    return message


def _place(loc: Sequence[int | str]) -> tuple[str, str]:
    """("[[events]] number 2", "type") from ("events", 1, "type")."""
    if len(loc) == 1:
        return "top level", str(loc[0])
    table = str(loc[0])
    if len(loc) > 1 and isinstance(loc[1], int):
        keys = [str(part) for part in loc[2:]] or [table]
        return f"[[{table}]] number {loc[1] + 1}", ".".join(keys[:2])
    if table == "columns":
        return f"[columns.{loc[1]}]", ".".join(str(part) for part in loc[2:]) or str(loc[1])
    return f"[{table}]", str(loc[1])


def _known_keys(loc: Sequence[int | str]) -> list[str]:
    known: Any = Mapping if len(loc) == 1 else _TABLES.get(str(loc[0]), Mapping)
    if "fields" in loc:
        known = model.Conditional
    return sorted(known.model_fields)
