"""`linli import FILE --mapping NAME|PATH`: a file into the log, with a reconciliation at its end."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from linli.edge import now_micros, open_edge
from linli.home import Home
from linli.known import StoredKnown, wait
from linli.logview import KafkaLogView
from linli.settings import load_settings
from linli.store import ROLE, open_store
from producers.files import flow, values
from producers.files.load import LoadedMapping, load_mapping
from producers.known import Known, NothingKnown
from producers.log import MemoryLog
from producers.publish import Publisher
from schemas.catalogue import FAMILIES
from schemas.codec import CatalogueSchemas
from schemas.errors import Unavailable, WrongUsage
from schemas.privacy import MemoryKeyStore

PATIENCE_SECONDS = 10.0
"""How long the projections may stand still before we go on without knowing what was stated before."""

REJECTED = 3


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", required=True, metavar="NAME|PATH", help="A mapping that comes with Linli, or a mapping file.")
@click.option("--mode", type=click.Choice(["log", "snapshot"]), help="Instead of the mapping's own mode.")
@click.option("--exported-at", metavar="TIME", help="When the file was exported, e.g. 2026-03-01T18:00; local to the source.")
@click.option("--rejects", type=click.Path(path_type=Path), help="Where rejected rows are written; default: in the home.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written, as if nothing were known.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(
    file: Path, mapping: str, mode: str | None, exported_at: str | None, rejects: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    """Import a CSV, XLSX, XLS, JSON or NDJSON file. Repeating an import writes nothing again."""
    loaded = _in_mode(load_mapping(mapping), mode)
    exported = None if exported_at is None else _instant(exported_at, loaded.rules.time_zone)
    home = Home(load_settings())
    where = rejects or home.root / "rejects" / f"{file.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.csv"
    started = now_micros()
    with _parts(home, loaded, dry_run=dry_run) as (publisher, known, behind), _progress() as show, _few_collections():
        job = flow.Import(loaded, publisher, known, where, exported, dry_run, show)
        report = job.run(file)
    document = {**report.as_dict(), "known": "behind" if behind else "complete", "seconds": (now_micros() - started) / 1e6}
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        _show(document)
    if report.rejected:
        sys.exit(REJECTED)


def _in_mode(loaded: LoadedMapping, mode: str | None) -> LoadedMapping:
    if mode is None:
        return loaded
    return LoadedMapping(loaded.name, loaded.sha256, loaded.rules.model_copy(update={"mode": mode}))


def _instant(text: str, zone: str) -> int:
    """Microseconds UTC of a time as a person writes it."""
    micros = values.times(pl.Series([text.strip()]), None, zone).values[0]
    if micros is None:
        raise WrongUsage(
            f"--exported-at {text!r} is no time", code="usage.exported_at", expected=f"2026-03-01T18:00, local to {zone}"
        )
    return int(micros)


@contextmanager
def _parts(home: Home, loaded: LoadedMapping, *, dry_run: bool) -> Iterator[tuple[Publisher, Known, bool]]:
    """(publisher, what is known, whether the projections are behind so that nothing is known)."""
    if dry_run:
        yield Publisher(CatalogueSchemas(), MemoryLog(), b"dry run", MemoryKeyStore(), now_micros), NothingKnown(), False
        return
    endpoints = home.endpoints()
    with open_edge(endpoints) as edge:
        store = open_store(endpoints.postgres_url, edge.schemas)
        try:
            ends = KafkaLogView(endpoints.kafka_bootstrap, home.settings.librdkafka).all_edges(family.topic for family in FAMILIES)
            known, behind = _known(StoredKnown(store, edge.schemas), loaded, store.positions, {place: edge.end for place, edge in ends.items()})
            yield edge.publisher, known, behind
        finally:
            store.close()


def _known(stored: StoredKnown, loaded: LoadedMapping, positions: Any, ends: Any) -> tuple[Known, bool]:
    """A snapshot can't be compared with half of what is known; a log can be written again, and counts once all the same."""
    try:
        wait(ends, lambda: positions(ROLE), PATIENCE_SECONDS)
    except Unavailable:
        if loaded.rules.mode == "snapshot":
            raise
        return NothingKnown(), True
    return stored, False


@contextmanager
def _progress() -> Iterator[flow.Progress]:
    """Rows, rate and remaining time on standard error."""
    columns = (
        TextColumn("import"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]} rows/s"),
        TimeElapsedColumn(), TextColumn("remaining"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("rows", total=None, rate="…")

        def show(rows: int, expected: int | None) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(task, completed=rows, total=expected, rate=f"{rows / elapsed:,.0f}" if elapsed else "…")

        yield show


@contextmanager
def _few_collections() -> Iterator[None]:
    """Millions of small dicts and no cycles among them: looking for cycles takes a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(500_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _show(document: dict[str, Any]) -> None:
    table = Table(title=f"{document['file']} · {document['mapping']}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    rows = document["rows"]
    table.add_row("rows read", f"{rows:,}")
    if document["totals_dropped"]:
        table.add_row("total rows (合计) dropped", f"{document['totals_dropped']:,}")
    for name, count in sorted(document["events"].items()):
        table.add_row(f"  {name}", f"{count:,}")
    would = "would be written" if document["dry_run"] else "written"
    for label, name in ((f"events {would}", "written"), ("events repeated", "repeated"), ("rows rejected", "rejected")):
        table.add_row(label, f"{document[name]:,}")
    for name, count in document.get("snapshot", {}).items():
        table.add_row(f"records {name}", f"{count:,}" if isinstance(count, int) else ", ".join(count[:5]) or "–")
    table.add_row("seconds", f"{document['seconds']:.1f}  ({rows / max(document['seconds'], 1e-9):,.0f} rows/s)")
    console = Console()
    console.print(table)
    _show_rest(document, console)


def _show_rest(document: dict[str, Any], console: Console) -> None:
    for event in document.get("first_events", []):
        console.print_json(json.dumps(event, ensure_ascii=False, default=str), indent=None)
    for error in document["errors"]:
        console.print(f"rejected: {error.get('where', '')}: {error['what']} ({error['code']})", markup=False)
    if document["rejects_file"]:
        console.print(f"rejected rows: {document['rejects_file']}", markup=False)
    if document["known"] == "behind":
        console.print("The projections were behind, so repeated events were written again; they count once all the same.")
