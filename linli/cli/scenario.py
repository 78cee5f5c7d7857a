"""`linli scenario`: the reference scenario's events into the log."""

from __future__ import annotations

from datetime import date

import click

from linli.cli import output
from linli.edge import open_edge
from linli.home import Endpoints, Home
from linli.reports.ask import a_day
from linli.settings import load_settings
from producers.scenario import scenario
from producers.scenario.figures import LAST_DAY
from producers.scenario.telling import source_of

SEED = 7


@click.command("scenario")
@click.option(
    "--seed", default=SEED, show_default=True, help="Another seed: other people, dates, places; same figures."
)
@click.option(
    "--until", metavar="DAY", default=LAST_DAY.isoformat(), show_default=True, help="Last local day that is played."
)
@output.json_option
def command(seed: int, until: str, as_json: bool) -> None:
    """Write the reference scenario: a city with three development zones, 2020 to 2023, event by event as they arrive.

    The same seed states the same events, so that a second run changes no figure. Seeds are sources of their own and may
    stand side by side. Then `linli work --until-caught-up`, and `linli report scenario --seed N` counts it all.
    """
    written = _write(Home(load_settings()).endpoints(), seed, a_day(until, "--until"))
    if as_json:
        output.emit({"source": source_of(seed), "seed": seed, "until": until, "written": written})
    else:
        click.echo(f"{written:,} events written as {source_of(seed)}; next: linli work --until-caught-up")


def _write(endpoints: Endpoints, seed: int, until: date) -> int:
    written, year = 0, ""
    with open_edge(endpoints) as edge:
        for event, statements in scenario(seed, until):
            now = str(1970 + statements[0]["occurred_at"] // 31_556_952_000_000)
            if now != year:
                output.step("events", f"{now}: {written:,} written so far")
                year = now
            written += len(edge.publisher.publish(event, statements))
        edge.log.flush()
    return written
