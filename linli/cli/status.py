"""`linli status`: parts, lag, balance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from linli.cli import output
from linli.health import Standing, standing
from linli.home import Home
from linli.parts.supervision import CONFIGURED, RUNNING, State, states
from linli.settings import load_settings
from schemas.errors import Unavailable


@click.command("status")
@output.json_option
def command(as_json: bool) -> None:
    """How the parts are, how far the projections lag, and whether the balance closes.

    Exit code 1 when a part does not answer or the balance does not close: offsets passed = applied + repeated +
    dead-lettered + void + excluded, for each role and partition.
    """
    home = Home(load_settings())
    parts = states(home)
    healthy = all(told.state in (RUNNING, CONFIGURED) for told in parts)
    found = _found(home) if healthy else None
    if as_json:
        output.emit(_document(parts, found))
    else:
        _print(home, parts, found)
    raise click.exceptions.Exit(0 if healthy and found is not None and found.closes else 1)


def _found(home: Home) -> Standing | None:
    try:
        return standing(home)
    except Unavailable as error:
        output.say(f"{error}\n")
        return None


def _document(parts: list[State], found: Standing | None) -> dict[str, Any]:
    return {
        "parts": {told.part: {"url": told.url, "state": told.state, "since": _since(told)} for told in parts},
        "url": None,
        "lag": found.lag if found else {},
        "balance": {"closes": found.closes if found else None, "rows": found.rows if found else []},
    }


def _print(home: Home, parts: list[State], found: Standing | None) -> None:
    output.show(["part", "state", "since", "url"], [(told.part, told.state, _since(told), told.url) for told in parts])
    if found is None:
        output.say(
            f"\nlag and balance can't be told; `linli up` starts what is missing, logs are in {home.root / 'logs'}"
        )
        return
    lag = ", ".join(f"{role}: {records:,} records" for role, records in found.lag.items()) or "no worker has run yet"
    click.echo(f"\nlag      {lag}")
    click.echo(f"balance  {'closes' if found.closes else 'DOES NOT CLOSE: something was skipped'}\n")
    names = ["topic", "partition", "passed", "applied", "repeated", "dead_lettered", "void", "excluded"]
    headers = ["topic", "part.", "passed", "applied", "repeated", "dead", "void", "excl."]
    output.show(headers, [[row[name] for name in names] for row in found.rows], numbers=range(1, 8))


def _since(told: State) -> str | None:
    return datetime.fromtimestamp(told.since, UTC).isoformat(timespec="seconds") if told.since else None
