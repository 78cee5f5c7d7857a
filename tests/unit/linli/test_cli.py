"""The command before any verb is loaded: what is listed exists, what is unknown is told."""

from __future__ import annotations

from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from linli.cli import COMMANDS, linli

VERBS = {verb: module for section in COMMANDS.values() for verb, (module, _) in section.items()}


@pytest.mark.parametrize("verb", VERBS)
def test_every_listed_verb_exists_and_helps(verb: str) -> None:
    assert isinstance(import_module(f"linli.cli.{VERBS[verb]}").command, click.Command)
    told = CliRunner().invoke(linli, [verb, "--help"], prog_name="linli")
    assert told.exit_code == 0
    assert told.output.startswith(f"Usage: linli {verb}")


def test_help_names_every_verb() -> None:
    told = CliRunner().invoke(linli, ["--help"])
    assert all(f"  {verb} " in told.output for verb in VERBS)


def test_an_unknown_verb_is_told_with_the_nearest() -> None:
    told = CliRunner().invoke(linli, ["reprot"])
    assert told.exit_code == 2
    assert "did you mean 'report'?" in told.output
