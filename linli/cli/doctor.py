"""`linli doctor`: what this machine has and lacks."""

from __future__ import annotations

import click

from linli.cli import output
from linli.doctor import examine
from linli.settings import load_settings


@click.command("doctor")
@output.json_option
def command(as_json: bool) -> None:
    """What this machine has and lacks, and what to do about it. Exit code 1 when something needed is missing."""
    findings = examine(load_settings())
    if as_json:
        output.emit({"findings": [finding._asdict() for finding in findings]})
    else:
        output.show(
            ["", "what", "found", "do"], [("ok" if f.fine else "!!", f.what, f.found, f.remedy) for f in findings]
        )
    raise click.exceptions.Exit(0 if all(finding.fine for finding in findings) else 1)
