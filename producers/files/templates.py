"""Templates: text with `{column}` or `{column|text when the cell is empty}`; `{{` and `}}` stand for braces."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Hole:
    """Where the cell of a column goes; `default` stands for an empty one, None makes the whole template empty."""

    column: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and holes, in order."""

    text: str
    parts: tuple[str | Hole, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns it names."""
        return tuple(part.column for part in self.parts if isinstance(part, Hole))

    @property
    def required(self) -> tuple[str, ...]:
        """Columns whose empty cell makes the whole template empty."""
        return tuple(part.column for part in self.parts if isinstance(part, Hole) and part.default is None)

    @property
    def single(self) -> str | None:
        """The column, if the template is one column and nothing else."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Hole) and self.parts[0].default is None:
            return self.parts[0].column
        return None

    def expression(self) -> pl.Expr:
        """String; null where a cell without a default is empty."""
        parts = [_expression(part) for part in self.parts]
        if not parts:
            return pl.lit("")
        return parts[0] if len(parts) == 1 else pl.concat_str(parts)


def template(text: str) -> Template:
    """Parse; ValueError telling what is wrong."""
    parts: list[str | Hole] = []
    for match in _PART.finditer(text):
        found, inside = match.group(0), match.group(1)
        if found in "{}":
            raise ValueError("braces in pairs, as in {column}; {{ and }} for braces themselves")
        if inside is None:
            literal = found[0] if found in ("{{", "}}") else found
            parts.append(literal)
            continue
        name, bar, default = inside.partition("|")
        if not name.strip():
            raise ValueError("the name of a column between the braces")
        parts.append(Hole(name.strip(), default if bar else None))
    return Template(text, tuple(parts))


def _expression(part: str | Hole) -> pl.Expr:
    if isinstance(part, str):
        return pl.lit(part)
    column = pl.col(part.column)
    return column if part.default is None else column.fill_null(part.default)
