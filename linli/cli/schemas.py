"""`linli schemas`: the released event schemas against their fingerprints and the registry, and as documents."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from linli.cli import output
from linli.home import Home
from linli.settings import load_settings
from schemas.asyncapi import document
from schemas.catalogue import EVENTS, EventType, schema_text
from schemas.errors import Refused, WrongUsage
from schemas.pages import events_page
from schemas.registry import COMPATIBILITY, Registry, differences


@click.group("schemas")
def command() -> None:
    """Check, register, compare and document event schemas."""


@command.command("check")
@output.json_option
def check(as_json: bool) -> None:
    """Whether the files are the released ones and fit everything that the registry holds.

    Exit code 4 when a released file was changed, or a reader of an earlier version would break.
    """
    frozen = json.loads(files("schemas").joinpath("fingerprints.json").read_text(encoding="utf-8"))
    registry = _registry()
    rows = [_checked(event, frozen.get(event.full_name, []), registry) for event in EVENTS]
    if as_json:
        output.emit({"compatibility": registry.compatibility(), "schemas": rows})
    else:
        bad = [row for row in rows if row["state"] not in ("released", "not registered")]
        output.show(["event", "state"], [(row["event"], row["state"]) for row in bad or rows])
    if any(row["state"] in ("changed", "incompatible") for row in rows):
        raise Refused(
            "a released schema was changed or is incompatible",
            code="refused.schema_incompatible",
            expected=f"{COMPATIBILITY}: only nullable fields with a default are added, at the end",
            remedy="see `linli schemas diff EVENT`",
        )


@command.command("register")
@output.json_option
def register(as_json: bool) -> None:
    """Register what the registry does not hold yet (`linli up` does so too), under FULL_TRANSITIVE compatibility."""
    ids = _registry().register_all()
    if as_json:
        output.emit({"ids": ids})
    else:
        output.say(f"{len(ids)} schemas registered")


@command.command("diff")
@click.argument("event", required=False)
@output.json_option
def diff(event: str | None, as_json: bool) -> None:
    """How the files differ from the newest version in the registry: + added, - removed, ~ another type.

    EVENT is a name such as ComplaintFiled or linli.complaints.ComplaintFiled; without it all are compared.
    """
    registry = _registry()
    found = {one.full_name: _difference(one, registry) for one in _chosen(event)}
    if as_json:
        output.emit({"differences": found})
        return
    for name, lines in found.items():
        for line in lines:
            click.echo(f"{name}  {line}")
    if not any(found.values()):
        output.say(f"no differences in {len(found)} schemas")


_TO_FILE = click.option(
    "--output", "file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it there instead."
)


@command.command("asyncapi")
@_TO_FILE
@output.json_option
def asyncapi(file: Path | None, as_json: bool) -> None:
    """The catalogue as an AsyncAPI 3 document, every schema inside: one JSON document on standard output."""
    text = json.dumps(document(version("linli")), ensure_ascii=False, indent=1)
    if file is None:
        click.echo(text)
    else:
        _written(file, text + "\n", as_json=as_json)


@command.command("docs")
@_TO_FILE
@output.json_option
def docs(file: Path | None, as_json: bool) -> None:
    """The catalogue as a page for people, every field in English and Chinese: Markdown on standard output."""
    if file is not None:
        _written(file, events_page(), as_json=as_json)
    elif as_json:
        output.emit({"page": events_page()})
    else:
        click.echo(events_page(), nl=False)


def _written(file: Path, text: str, *, as_json: bool) -> None:
    file.write_text(text, encoding="utf-8")
    if as_json:
        output.emit({"written": str(file)})
    else:
        output.say(f"written to {file}")


def _registry() -> Registry:
    return Registry(Home(load_settings()).endpoints().registry_url)


def _checked(event: EventType, fingerprints: list[str], registry: Registry) -> dict[str, Any]:
    now = hashlib.sha256(schema_text(event).encode()).hexdigest()
    if now not in fingerprints[-1:]:
        state = "changed"
    elif not registry.versions(event):
        state = "not registered"
    else:
        state = "released" if registry.fits(event) else "incompatible"
    return {"event": event.full_name, "sha256": now, "versions": len(fingerprints), "state": state}


def _difference(event: EventType, registry: Registry) -> list[str]:
    versions = registry.versions(event)
    return differences(event, versions[-1]) if versions else ["not registered"]


def _chosen(name: str | None) -> list[EventType]:
    chosen = [event for event in EVENTS if name in (None, event.name, event.full_name)]
    if not chosen:
        known = [event.name for event in EVENTS]
        raise WrongUsage(output.unknown(f"There is no event {name!r}", str(name), known), code="usage.event")
    return chosen
