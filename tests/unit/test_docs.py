"""Documentation that can fail: what the pages tell a reader to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from linli.cli import linli
from linli.settings import described, load_settings

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def command_lines(page: Path) -> list[list[str]]:
    """Each `linli …` in a code block or between backticks, as words."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"(?:^|`)(?:\.venv/bin/)?linli ([a-z][^`\n#]*)", text, re.MULTILINE)
    return [line.split() for line in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_exist(page: Path) -> None:
    for words in command_lines(page):
        command: click.Command | None = linli
        rest = list(words)
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            command = command.get_command(click.Context(command), re.split(r"[|.,)]", rest[0])[0])
            assert command is not None, f"{page.name}: linli {' '.join(words)}"
            rest.pop(0)
        options = {option for parameter in (command.params if command else []) for option in parameter.opts}
        given = {word.split("=")[0].rstrip("]),.") for word in rest if word.startswith("--")} - {"--help"}
        assert given <= options, f"{page.name}: linli {' '.join(words)}"


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= told <= targets


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_variables_are_settings() -> None:
    known = {one["variable"] for one in described(load_settings({}))} | {"LINLI_TEST_DATA"}
    for page in PAGES:
        told = set(re.findall(r"LINLI_[A-Z_]+", page.read_text(encoding="utf-8")))
        assert told <= known | {"LINLI_"}, f"{page.name}: {told - known}"
