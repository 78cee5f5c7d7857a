"""`linli import`: a file into the log, with a reconciliation at its end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from linli.cli import output
from linli.garbage import few_collections
from linli.home import Home
from linli.known import Positions, StoredKnown, wait
from linli.settings import load_settings
from producers.files.flow import Import, Progress
from producers.files.load import LoadedMapping, load_mapping
from producers.files.values import instant
from producers.known import Known, NothingKnown
from producers.log import MemoryLog
from producers.publish import Publisher, Publishes
from schemas.codec import CatalogueSchemas
from schemas.errors import Unavailable, WrongUsage
from schemas.privacy import MemoryKeyStore

PATIENCE_SECONDS = 5.0
"""How long the projections may stand still before a log is imported without knowing what was stated before."""

REJECTED = 3
"""Exit code: done, with rejected rows."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", required=True, metavar="NAME|PATH", help="A mapping that comes with Linli, or a mapping file."
)
@click.option("--mode", type=click.Choice(["log", "snapshot"]), help="Instead of the mapping's own mode.")
@click.option(
    "--exported-at", metavar="TIME", help="When the file was exported: 2026-03-01T18:00, local to the source."
)
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where rejected rows are written. [default: in the home]"
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written if nothing were known.")
@output.json_option
def command(
    *,
    file: Path,
    mapping: str,
    mode: str | None,
    exported_at: str | None,
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a CSV, XLSX, XLS, JSON or NDJSON file.

    What each column means is told by a mapping: one that comes with Linli, or a file of yours (docs/feeds/files.md).
    Rows that are not as it says are rejected by cell and written to a file of their own; the others go in. Repeating
    an import is safe: what was stated before counts once.
    """
    loaded = _in_mode(load_mapping(mapping), mode)
    exported = None if exported_at is None else _instant(exported_at, loaded.rules.time_zone)
    home = Home(load_settings())
    where = rejects or home.root / "rejects" / f"{file.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.csv"
    with _edge(home, loaded.rules.mode, dry_run=dry_run) as edge, _progress() as show, few_collections():
        started = time.monotonic()
        report = Import(loaded, edge.publisher, edge.known, where, exported, dry_run, show).run(file)
        seconds = round(time.monotonic() - started, 3)
    known = "complete" if edge.complete else "behind"
    document = {**report.as_dict(), "known": known, "seconds": seconds}
    if as_json:
        output.emit(document)
    else:
        _tell(document)
    if report.rejected:
        sys.exit(REJECTED)


def _in_mode(loaded: LoadedMapping, mode: str | None) -> LoadedMapping:
    rules = loaded.rules if mode is None else loaded.rules.model_copy(update={"mode": mode})
    return LoadedMapping(loaded.name, loaded.sha256, rules)


def _instant(text: str, zone: str) -> int:
    """Microseconds UTC of a time as a person writes it."""
    micros = instant(text, zone)
    if micros is None:
        expected = f"2026-03-01T18:00, local to {zone}, or with an offset"
        raise WrongUsage(f"--exported-at {text!r} is no time", code="usage.exported_at", expected=expected)
    return micros


@dataclass(frozen=True)
class _Edge:
    """What an import writes with. `complete`: whether all that was stated before is known."""

    publisher: Publishes
    known: Known
    complete: bool = True


@contextmanager
def _edge(home: Home, mode: str, *, dry_run: bool) -> Iterator[_Edge]:
    from linli.edge import now_micros, open_edge
    from linli.logview import KafkaLogView
    from linli.parallel import ParallelPublisher
    from linli.store import ROLE, open_store
    from linli.work import open_ends

    if dry_run:
        publisher = Publisher(CatalogueSchemas(), MemoryLog(), b"dry run", MemoryKeyStore(), now_micros)
        yield _Edge(publisher, NothingKnown())
        return
    endpoints = home.endpoints()
    ends = open_ends(KafkaLogView(endpoints.kafka_bootstrap, home.settings.librdkafka))
    with open_edge(endpoints) as edge, closing(open_store(endpoints.postgres_url, edge.schemas, sessions=1)) as store:
        complete = _caught_up(ends, lambda: store.positions(ROLE), mode)
        known = StoredKnown(store, edge.schemas) if complete else NothingKnown()
        with closing(ParallelPublisher(edge.publisher, endpoints)) as parallel:
            yield _Edge(parallel, known, complete)


def _caught_up(ends: Positions, positions: Callable[[], Positions], mode: str) -> bool:
    """An export can't be compared with half of what is known; a log may be written again, and counts once all the
    same.
    """
    try:
        wait(ends, positions, PATIENCE_SECONDS)
    except Unavailable:
        if mode == "snapshot":
            raise
        return False
    return True


@contextmanager
def _progress() -> Iterator[Progress]:
    """Rows, rate and remaining time, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    counts = (BarColumn(), MofNCompleteColumn(), TextColumn("rows, {task.fields[rate]} rows/s"))
    console = Console(stderr=True)
    with Bar(
        *counts, TimeElapsedColumn(), TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task, started = bar.add_task("rows", total=None, rate="…"), time.monotonic()

        def show(rows: int, expected: int | None) -> None:
            bar.update(task, completed=rows, total=expected, rate=f"{rows / (time.monotonic() - started):,.0f}")

        yield show


def _tell(document: Mapping[str, Any]) -> None:
    rows = document["rows"]
    output.say(f"{document['file']}, by {document['mapping']}, {rows / max(document['seconds'], 1e-3):,.0f} rows/s")
    lines: list[tuple[str, Any]] = [("rows read", rows)]
    if document["totals_dropped"]:
        lines.append(("total rows (合计) dropped", document["totals_dropped"]))
    lines += [(f"  {name}", count) for name, count in sorted(document["events"].items())]
    lines.append(("events to be written" if document["dry_run"] else "events written", document["written"]))
    lines += [("events repeated", document["repeated"]), ("rows rejected", document["rejected"])]
    lines += [
        (f"records {name}", count) for name, count in document.get("snapshot", {}).items() if isinstance(count, int)
    ]
    output.show(("", ""), [(name, f"{count:,}") for name, count in lines], numbers=(1,))
    for event in document.get("first_events", ()):
        click.echo(json.dumps(event, ensure_ascii=False, default=str))
    for error in document["errors"]:
        output.say(
            f"✗ {error.get('where', '')}: {error['what']} ({error['code']}); expected {error.get('expected', '–')}"
        )
    if document["rejects_file"]:
        output.say(f"all rejected rows: {document['rejects_file']}")
    if document["known"] == "behind":
        output.say("the projections were behind, so events may have been written again; they count once all the same")
