"""What verbs print: tables for people on standard output, one JSON document for programs, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.errors import LinliError

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """`--json`: one JSON document on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")(command)


def emit(document: Mapping[str, Any]) -> None:
    """Print the one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None, default=str))


def say(text: str) -> None:
    """A line of progress, on standard error."""
    click.echo(text, err=True)


def step(part: str, what: str) -> None:
    """A line of progress about a part."""
    say(f"{part:<9} {what}")


def console() -> Console:
    """Standard output as wide as the terminal (or COLUMNS); 80 when it is none."""
    return Console(highlight=False, soft_wrap=False)


def show(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: Sequence[int] = ()) -> None:
    """An aligned table; `numbers`: which columns are right-aligned."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for at, header in enumerate(headers):
        table.add_column(header, justify="right" if at in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def fail(error: LinliError, *, as_json: bool) -> None:
    """Tell an error once."""
    if as_json:
        emit({"error": error.as_dict()})
    where = f"\n  at        {error.where}" if error.where else ""
    expected = f"\n  expected  {error.expected}" if error.expected else ""
    remedy = f"\n  do        {error.remedy}" if error.remedy else ""
    say(f"error {error.code}: {error.what}{where}{expected}{remedy}")


def misused(error: click.ClickException, *, as_json: bool) -> None:
    """Tell that the command was called wrongly."""
    if as_json:
        emit({"error": {"code": "usage", "what": error.format_message()}})
    error.show()


def unknown(what: str, given: str, known: Iterable[str]) -> str:
    """`what`, with the nearest of the known names."""
    near = get_close_matches(given, list(known), n=1)
    return f"{what}; did you mean {near[0]!r}?" if near else f"{what}."
