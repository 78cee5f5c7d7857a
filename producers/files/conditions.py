"""Conditions on a row: `{ status = "Closed" }`, `{ status = ["a", "b"] }`, `{ closed = { present = true } }`, `{ x =
{ not = "y" } }`.

Several keys must hold together; `any = [ {…}, {…} ]`, `all = [ … ]` and `not = {…}` combine. They look at translated
texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class Condition:
    """Boolean expression, never null; None holds for every row."""

    expression: pl.Expr | None
    columns: tuple[str, ...]


def condition(spec: Mapping[str, Any]) -> Condition:
    """Parse; ValueError telling what was expected."""
    if not spec:
        return Condition(None, ())
    return Condition(_all(spec), tuple(dict.fromkeys(_columns(spec))))


def _all(spec: Any) -> pl.Expr:
    if not isinstance(spec, Mapping) or not spec:
        raise ValueError('a condition such as { status = "Closed" }')
    return reduce(and_, (_one(key, value) for key, value in spec.items()))


def _one(key: str, value: Any) -> pl.Expr:
    if key in ("any", "all"):
        if not isinstance(value, list) or not value:
            raise ValueError(f"{key} = [ {{…}}, {{…}} ], a list of conditions")
        return reduce(or_ if key == "any" else and_, (_all(each) for each in value))
    if key == "not":
        return ~_all(value)
    column = pl.col(key)
    if isinstance(value, Mapping):
        return _special(column, value)
    return column.is_in(_texts(value)).fill_null(value=False)


def _special(column: pl.Expr, value: Mapping[str, Any]) -> pl.Expr:
    if set(value) == {"present"} and isinstance(value["present"], bool):
        return column.is_not_null() if value["present"] else column.is_null()
    if set(value) == {"not"}:
        return ~column.is_in(_texts(value["not"])).fill_null(value=False)
    raise ValueError('a text, a list of texts, { present = true }, { present = false } or { not = "…" }')


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [_text(each) for each in values]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise ValueError("a text or a list of texts")


def _columns(spec: Mapping[str, Any]) -> Iterator[str]:
    for key, value in spec.items():
        if key in ("any", "all"):
            for each in value:
                yield from _columns(each)
        elif key == "not":
            yield from _columns(value)
        else:
            yield key
