"""`linli digest`: one hash per projection; the same events give the same hashes, wherever and in whatever order."""

from __future__ import annotations

import click

from linli.cli import output
from linli.home import Home
from linli.settings import load_settings
from linli.store import LIVE, open_store
from schemas.registry import Registry


@click.command("digest")
@click.option("--schema", default=LIVE, show_default=True, help="Which projections to read.")
@output.json_option
def command(schema: str, *, as_json: bool) -> None:
    """SHA-256 of every projection and roll-up, over its rows in key order, all of one instant."""
    endpoints = Home(load_settings()).endpoints()
    digests = open_store(endpoints.postgres_url, Registry(endpoints.registry_url), schema, sessions=1).digests()
    if as_json:
        output.emit({"digests": digests})
        return
    for name, digest in digests.items():  # as sha256sum prints them: never wrapped, so that they can be compared
        click.echo(f"{digest}  {name}")
