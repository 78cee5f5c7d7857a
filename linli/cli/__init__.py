"""The command `linli`: one module a verb, imported only when that verb is used.

Every verb takes --json and then prints exactly one JSON document to standard output; logs and progress go to standard error.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

from linli.cli import output
from schemas.errors import LinliError

COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "The parts and their health": {
        "up": ("up", "Start Kafka, the schema registry and PostgreSQL, and wait until they answer."),
        "down": ("down", "Stop what was started here; the data stays."),
        "status": ("status", "How the parts are, how far the projections, and whether nothing was lost."),
        "doctor": ("doctor", "What this machine has and lacks, and what to do about it."),
        "config": ("config", "Every setting, its value and where it comes from."),
    },
    "Events in": {
        "import": ("import_", "Import a file (CSV, XLSX, XLS, JSON, NDJSON) by a mapping."),
        "scenario": ("scenario", "The reference scenario: a city of three zones, 2020 to 2023, as events."),
        "demo": ("demo", "Everything once: a seeded city, or a file of yours, up to the three reports."),
    },
    "Projections forward": {
        "work": ("work", "Run the workers: events become rows and roll-ups."),
        "wait": ("wait", "Wait until the projections reached given positions."),
    },
    "Numbers out": {
        "report": ("report", "Counts, response times, accountability."),
    },
    "The past": {
        "trace": ("trace", "What a row was derived from: every event, what counts and what was put right."),
        "events": ("events", "State or annul single events: one wrong fact is put right by one event."),
        "digest": ("digest", "SHA-256 of every projection."),
    },
    "Administration": {
        "schemas": ("schemas", "Check, register and compare event schemas."),
    },
}
"""Section → verb → (module in `linli.cli`, one line of help). The module's click command is named `command`."""

_VERBS = {verb: told for section in COMMANDS.values() for verb, told in section.items()}


class Verbs(click.Group):
    """Loads a verb's module when it is called, and lists the verbs by section without loading any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in _VERBS:
            return None
        command = import_module(f"linli.cli.{_VERBS[cmd_name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _VERBS and not args[0].startswith("-"):
            ctx.fail(output.unknown(f"There is no verb {args[0]!r}", args[0], _VERBS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        for section, verbs in COMMANDS.items():
            with formatter.section(section):
                formatter.write_dl([(verb, text) for verb, (_, text) in verbs.items()])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="linli")
def linli() -> None:
    """Linli 邻里: the record of how a city's neighbourhoods are looked after.

    Events in, projections forward, numbers out. `linli VERB --help` tells more of each.

    Completion: add  eval "$(_LINLI_COMPLETE=bash_source linli)"  to ~/.bashrc (zsh_source, fish_source alike).
    """


def main() -> None:
    """Run a verb; an error is told once, with its code, and becomes the exit code."""
    arguments = sys.argv[1:]
    try:
        # Without its own error handling, click gives the code of an Exit back instead of raising it.
        sys.exit(linli.main(arguments, prog_name="linli", standalone_mode=False))
    except LinliError as error:
        output.fail(error, as_json="--json" in arguments)
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        output.misused(error, as_json="--json" in arguments)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
