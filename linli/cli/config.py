"""`linli config`: every setting."""

from __future__ import annotations

import click

from linli.cli import output
from linli.settings import described, load_settings


@click.command("config")
@output.json_option
def command(as_json: bool) -> None:
    """Every setting, its value (secrets masked), where it comes from and what it is for."""
    told = described(load_settings())
    if as_json:
        output.emit({"settings": told})
        return
    for one in told:
        click.echo(f"{one['variable']} = {one['value'] or '(empty)'}  [{one['origin']}]")
        click.echo(f"    {one['help']}")
