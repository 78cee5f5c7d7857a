"""`linli down`: the parts stopped, the data kept."""

from __future__ import annotations

import click

from linli.cli import output
from linli.home import Home
from linli.parts.supervision import bring_down
from linli.settings import load_settings


@click.command("down")
@output.json_option
def command(as_json: bool) -> None:
    """Stop the parts that were started in this home. Data, logs and ports are kept for the next `linli up`."""
    home = Home(load_settings())
    home.root.mkdir(parents=True, exist_ok=True)
    stopped = bring_down(home, output.step)
    if as_json:
        output.emit({"home": str(home.root), "stopped": stopped})
