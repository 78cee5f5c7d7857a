"""`linli trace case|place|party|zone|… ID`: an entity's rows, and every statement about it."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import get_terminal_size
from textwrap import TextWrapper
from typing import Any

import click

from linli.cli import output
from linli.home import Home
from linli.keystore import PostgresKeyStore
from linli.reports.freshness import freshness
from linli.reports.session import Session, reading
from linli.settings import load_settings
from linli.store import LIVE
from linli.trace import Trace, trace
from schemas import catalogue
from schemas.catalogue import Family
from schemas.errors import WrongUsage
from schemas.registry import Registry
from streams.partitioning import partitions_of

KINDS = {
    "case": catalogue.COMPLAINTS,
    "place": catalogue.PLACES,
    "party": catalogue.PARTIES,
    "zone": catalogue.ZONES,
    "person": catalogue.PERSONS,
    "agreement": catalogue.AGREEMENTS,
    "rule": catalogue.RULES,
    "visit": catalogue.VISITS,
    "meeting": catalogue.MEETINGS,
    "hazard": catalogue.HAZARDS,
    "service": catalogue.SERVICES,
    "project": catalogue.PROJECTS,
    "device": catalogue.DEVICES,
    "alarm": catalogue.ALARMS,
    "subject": catalogue.PRIVACY,
    "record": catalogue.AUDIT,
}
"""What a person calls an entity → the family that owns it."""


@click.command("trace")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("identity", metavar="ID")
@click.option("--schema", default=LIVE, show_default=True, help="Which projections to read.")
@click.option("--clear", is_flag=True, help="Open sealed texts with the keys of this installation.")
@output.json_option
def command(kind: str, identity: str, schema: str, *, clear: bool, as_json: bool) -> None:
    """The rows of ID, as <source>:<source's id>, and all its events in the order of its life.

    For each event: when it happened and when it was recorded, where it stands in the log (topic/partition@offset) and
    in the original file, and whether it counts, or which event annulled, superseded or outrated it.
    """
    endpoints = Home(load_settings()).endpoints()
    family = KINDS[kind]
    key_store = PostgresKeyStore(endpoints.postgres_url) if clear else None
    try:
        with reading(endpoints.postgres_url, schema) as session:
            found = trace(
                session, Registry(endpoints.registry_url), family, identity, _partition(session, family, identity)
            )
            if found is None:
                raise _unknown(session, kind, family, identity)
        document = found.as_json(key_store)
    finally:
        if key_store is not None:
            key_store.close()
    if as_json:
        output.emit(document)
    else:
        click.echo("\n".join(_lines(found, document, max(40, get_terminal_size().columns))))


def _partition(session: Session, family: Family, identity: str) -> int | None:
    """The partition of a key: every producer of ours uses murmur2, and the number of partitions never changes."""
    count = sum(name.rpartition("/")[0] == family.topic for name in freshness(session).positions)
    return int(partitions_of([identity.encode()], count)[0]) if count else None


def _unknown(session: Session, kind: str, family: Family, identity: str) -> WrongUsage:
    near = session.rows(
        f"SELECT key FROM facts_{family.name} WHERE key LIKE '%%' || %(part)s || '%%' ORDER BY key LIMIT 5",
        part=identity.replace("%", r"\%").replace("_", r"\_"),
    )
    likely = f", such as {', '.join(row['key'] for row in near)}" if near else ""
    return WrongUsage(
        f"nothing is known of {kind} {identity!r}",
        code="usage.entity",
        expected=f"<source>:<source's id>{likely}",
        remedy="`linli status` tells whether records wait to be applied",
        entity=identity,
    )


def _lines(found: Trace, document: dict[str, Any], width: int) -> Iterator[str]:
    """The document for people, at most `width` columns wide."""
    yield f"{found.entity}  ({found.family.topic}/{'?' if found.partition is None else found.partition})"
    for table, rows in document["rows"].items():
        for row in rows:
            yield f"\nrow of {table}"
            stated = [f"{name}={value}" for name, value in row.items() if value is not None]
            yield from _wrapped("  ", "  ".join(stated), width)
    counting = sum(fact["verdict"] == "counts" for fact in document["facts"])
    yield f"\n{len(document['facts'])} events, {counting} of them count"
    for fact in document["facts"]:
        yield ""
        by = f" by {fact['by']}" if fact["by"] else ""
        mark = " " if fact["verdict"] == "counts" else "×"
        yield from _wrapped(f"{mark} ", f"{fact['occurred_at']}  {fact['type']}  {fact['verdict']}{by}", width)
        yield from _wrapped(
            "    ", "  ".join(f"{name}={_text(value)}" for name, value in fact["values"].items()), width
        )
        where = "?" if fact["partition"] is None else fact["partition"]
        yield from _wrapped("    ", f"event {fact['event_id']}  {fact['topic']}/{where}@{fact['offset']}", width)
        yield from _wrapped(
            "    ", f"recorded {fact['recorded_at']}  source {fact['source']} {fact['source_ref'] or ''}", width
        )
        if fact["origin"]:
            yield from _wrapped("    ", f"origin {fact['origin']}", width)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _wrapped(indent: str, text: str, width: int) -> list[str]:
    wrapper = TextWrapper(width, initial_indent=indent, subsequent_indent=" " * len(indent), break_on_hyphens=False)
    return wrapper.wrap(text)
