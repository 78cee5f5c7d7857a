"""`linli up`: the parts."""

from __future__ import annotations

from dataclasses import asdict

import click

from linli.cli import output
from linli.home import Home
from linli.parts.supervision import bring_up, states
from linli.settings import load_settings


@click.command("up")
@output.json_option
def command(as_json: bool) -> None:
    """Start what is not configured and not running, and wait until each part answers.

    May be repeated at any time: a crashed part is started again on its data, a running one is left alone. Then topics,
    schemas and tables that are missing are made. A part is replaced by one of yours with LINLI_KAFKA_BOOTSTRAP,
    LINLI_REGISTRY_URL, LINLI_POSTGRES_URL.
    """
    home = Home(load_settings())
    bring_up(home, output.step)
    if as_json:
        output.emit({"home": str(home.root), "parts": {told.part: asdict(told) for told in states(home)}})
    else:
        output.say(f"everything answers; data and logs in {home.root}")
