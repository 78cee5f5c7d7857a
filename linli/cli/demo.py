"""`linli demo`: the whole way once, from nothing to the three reports."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from linli.cli import output
from linli.edge import open_edge
from linli.home import Endpoints, Home
from linli.parts.supervision import bring_up
from linli.settings import load_settings
from producers.demo import city

CASES = 4000

_NEXT = """
Where to look next
  linli report counts --by place,status       any figure by other dimensions
  linli report accountability --by zone       who is answerable, and how they fare
  linli trace case {case}            a case, and every event behind it
  linli status                                the parts, and that nothing was lost
  linli import FILE --mapping PATH            a file of yours: docs/feeds/files.md
  linli down                                  stops everything, keeps the data
"""


@click.command("demo")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", help="Mapping for FILE: a shipped name or a path.")
@click.option("--seed", default=7, show_default=True, help="Another seed is another city.")
@click.option("--cases", default=CASES, show_default=True, help="How many complaints the seeded city has.")
def command(file: Path | None, mapping: str | None, seed: int, cases: int) -> None:
    """Start the parts, write events, project them, print the three reports.

    Without FILE a seeded city is written: the same seed states the same events, so a second demo adds nothing.
    """
    if file is not None and mapping is None:
        raise click.UsageError("FILE needs --mapping NAME|PATH; with make: make demo FILE=… MAPPING=…")
    with _timed("parts"):
        endpoints = bring_up(Home(load_settings()), output.step)
    with _timed("events"):
        if file is not None:
            _verb("import", str(file), "--mapping", str(mapping))
        else:
            _write_city(endpoints, seed, cases)
    with _timed("rows"):
        _verb("work", "--until-caught-up")
    with _timed("reports"):
        _verb("report", "counts", "--by", "category")
        _verb("report", "response-times", "--by", "category")
        _verb("report", "accountability", "--by", "unit")
    case = "CASE_ID" if file is not None else "demo-hotline:D000001"
    output.say(_NEXT.format(case=f"{case:<22}"))


def _write_city(endpoints: Endpoints, seed: int, cases: int) -> None:
    with open_edge(endpoints) as edge:
        written = sum(len(edge.publisher.publish(event, statements)) for event, statements in city(seed, cases))
        edge.log.flush()
    output.step("events", f"{written:,} written about {cases:,} complaints")


def _verb(*words: str) -> None:
    """Another verb, as a user would call it; its failure is ours."""
    done = subprocess.run([sys.executable, "-m", "linli", *words], check=False)
    if done.returncode not in (0, 3):
        raise click.exceptions.Exit(done.returncode)


@contextmanager
def _timed(step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    output.step(step, f"done in {time.monotonic() - began:.1f} s")
