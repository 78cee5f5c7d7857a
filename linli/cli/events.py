"""`linli events`: single events, by hand. What is wrong in the log is put right by one more event, never by a change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import click

from linli.cli import output
from linli.edge import open_edge
from linli.home import Home
from linli.settings import load_settings
from linli.stating import annulment, read_statement
from producers.publish import Statement
from schemas.catalogue import EventType


@click.group("events")
def command() -> None:
    """State or annul single events: one wrong fact is put right by one event."""


@command.command("state")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--dry-run", is_flag=True, help="Check and show the event ids; write nothing.")
@output.json_option
def state(file: TextIO, dry_run: bool, as_json: bool) -> None:
    r"""State events from FILE (- for standard input): one JSON object a line.

    \b
    {"type": "ComplaintClosed", "source": "hotline", "source_ref": "7",
     "case_id": "hotline:7", "occurred_at": "2026-03-02T09:05:00+08:00",
     "supersedes": ["<event id of the wrong one>"]}

    Fields are those of the event's schema; instants in ISO 8601 with an offset, days as 2026-03-01, free text in the clear
    (it is sealed before it is written). A fact that occurs once in a life (ComplaintFiled, PlaceRegistered…) is put right by
    stating it again with a later "revised_at"; any other by naming what it replaces in "supersedes". `linli trace` shows
    event ids.
    """
    told = [read_statement(line, f"{file.name} line {number}") for number, line in enumerate(file, 1) if line.strip()]
    _write(told, dry_run=dry_run, as_json=as_json)


@command.command("annul")
@click.argument("entity")
@click.argument("event_ids", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, as a code: entered_twice, false_record, wrong_date…")
@click.option("--authority", help="Party or office that decided it.")
@click.option("--source", default="linli", show_default=True, help="Who says so.")
@click.option("--family", default="complaints", show_default=True, help="Family of the entity, such as places.")
@click.option("--dry-run", is_flag=True, help="Check and show the event id; write nothing.")
@output.json_option
def annul(
    entity: str,
    event_ids: tuple[str, ...],
    reason: str,
    authority: str | None,
    source: str,
    family: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take EVENT_IDS of ENTITY (a case id, place id…) out of every row and figure.

    The events stay in the log; `linli trace` shows them beside this one. An annulment can be annulled in turn, which
    restores what it took out.
    """
    told = annulment(family, entity, event_ids, reason, authority, source)
    _write([told], dry_run=dry_run, as_json=as_json)


def _write(told: Iterable[tuple[EventType, Statement]], *, dry_run: bool, as_json: bool) -> None:
    home = Home(load_settings())
    written: list[dict[str, Any]] = []
    with open_edge(home.endpoints()) as edge:
        for event, statement in told:
            give = edge.publisher.event_ids if dry_run else edge.publisher.publish
            (identity,) = give(event, [statement])
            written.append({"event": event.full_name, "event_id": identity, "entity": statement[event.family.key]})
        positions = edge.log.flush()
    places = {f"{topic}/{partition}": offset for (topic, partition), offset in positions.items()}
    if as_json:
        output.emit({"written": 0 if dry_run else len(written), "events": written, "positions": places})
        return
    for one in written:
        click.echo(json.dumps(one, ensure_ascii=False), file=sys.stdout)
    output.say(
        "nothing was written" if dry_run else f"{len(written)} written; `linli work --until-caught-up` applies them"
    )
