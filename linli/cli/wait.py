"""`linli wait`: until the projections have reached what was written."""

from __future__ import annotations

import time
from contextlib import closing

import click

from linli.cli import output
from linli.home import Home
from linli.settings import load_settings
from linli.work import parse_positions, wait_for
from schemas.errors import NoProgress

CAUGHT_UP = "caught up"


@click.command("wait")
@click.option(
    "--for", "goal", default=CAUGHT_UP, show_default=True, help="`caught up`, or positions as topic/partition=next,…"
)
@click.option("--timeout", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Seconds.")
@output.json_option
def command(*, goal: str, timeout: float, as_json: bool) -> None:
    """Wait until workers have applied everything that is in the log now, or up to given positions.

    Exit code 70 when they have not within the time allowed. Workers are not started by this: see `linli work`.
    """
    from linli.logview import KafkaLogView
    from linli.store import ROLE, open_store
    from linli.work import open_ends
    from schemas.registry import Registry

    settings = load_settings()
    endpoints = Home(settings).endpoints()
    view = KafkaLogView(endpoints.kafka_bootstrap, settings.librdkafka)
    wanted = open_ends(view) if goal == CAUGHT_UP else parse_positions(goal)
    started = time.monotonic()
    with closing(open_store(endpoints.postgres_url, Registry(endpoints.registry_url), sessions=1)) as store:
        behind = wait_for(wanted, lambda: store.positions(ROLE), timeout)
    if behind:
        raise NoProgress(
            f"{sum(behind.values()):,} records are not applied after {timeout:g} s",
            where=", ".join(f"{topic}/{number}" for topic, number in sorted(behind)),
            remedy="is `linli work` running? see `linli status`",
        )
    if as_json:
        seconds = round(time.monotonic() - started, 3)
        output.emit(
            {"reached": {f"{topic}/{number}": at for (topic, number), at in sorted(wanted.items())}, "seconds": seconds}
        )
    else:
        output.say("caught up" if goal == CAUGHT_UP else "reached")
