"""`linli work`: projections forward."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import closing

import click

from linli.cli import output
from linli.home import Home
from linli.settings import load_settings
from linli.work import Summary, Supervisor, spawn


@click.command("work")
@click.option("--until-caught-up", is_flag=True, help="Stop when everything that is in the log now is applied.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; one a core at most."
)
@output.json_option
def command(*, until_caught_up: bool, workers: int, as_json: bool) -> None:
    """Apply the events of the log to the projections in PostgreSQL.

    May be stopped at any time, in any way: each event's effect takes place exactly once. Workers that end are started
    again; a part that is away makes them wait.
    """
    from linli.logview import KafkaLogView
    from linli.store import ROLE, open_store
    from linli.work import open_ends
    from schemas.registry import Registry

    settings = load_settings()
    endpoints = Home(settings).endpoints()
    started = time.monotonic()
    ends = open_ends(KafkaLogView(endpoints.kafka_bootstrap, settings.librdkafka))
    with closing(open_store(endpoints.postgres_url, Registry(endpoints.registry_url), sessions=1)) as store:
        show = Line(ends) if sys.stderr.isatty() else (lambda _summary, _seconds: None)
        supervisor = Supervisor(
            workers, spawn, lambda: store.positions(ROLE), ends=ends if until_caught_up else None, show=show
        )
        signal.signal(signal.SIGTERM, supervisor.stop)
        code = supervisor.run()
    _tell(supervisor.summary, time.monotonic() - started, ends, as_json=as_json)
    raise click.exceptions.Exit(code)


class Line:
    """The line of progress on a terminal, twice a second."""

    def __init__(self, ends: dict[tuple[str, int], int]) -> None:
        self._ends, self._shown_at, self._applied = ends, 0.0, 0

    def __call__(self, summary: Summary, seconds: float) -> None:
        if seconds - self._shown_at < 0.5:  # noqa: PLR2004  seconds
            return
        rate = (summary.applied - self._applied) / (seconds - self._shown_at)
        self._shown_at, self._applied = seconds, summary.applied
        what = f"waiting: {summary.waiting['what']}" if summary.waiting else f"{rate:,.0f} events/s"
        line = f"applied {summary.applied:,} events, {summary.lag(self._ends):,} behind, {what}"
        click.echo(f"\r\033[K{line[:100]}", err=True, nl=False)


def _tell(summary: Summary, seconds: float, ends: dict[tuple[str, int], int], *, as_json: bool) -> None:
    if as_json:
        output.emit(summary.document(seconds, ends))
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    dead = f", {summary.dead_lettered:,} dead-lettered (see `linli dead-letters`)" if summary.dead_lettered else ""
    output.say(f"applied {summary.applied:,} events, {summary.repeated:,} repeated{dead}, in {seconds:.1f} s")
    if summary.failure is not None:
        output.say(f"error {summary.failure.get('code')}: {summary.failure.get('what')}")
        if remedy := summary.failure.get("remedy"):
            output.say(f"  do        {remedy}")
