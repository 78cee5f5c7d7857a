"""The command as its users call it: a process of its own, its output and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


@dataclass(frozen=True)
class Linli:
    """`linli` against one installation."""

    environment: Mapping[str, str]
    postgres_url: str
    folder: Path

    def run(self, *words: str | Path, exit_code: int = 0, columns: int = 80) -> subprocess.CompletedProcess[str]:
        """Run a verb; fails with what it said when it exits otherwise."""
        done = subprocess.run(
            [sys.executable, "-m", "linli", *map(str, words)],
            env={**os.environ, **self.environment, "COLUMNS": str(columns)},
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == exit_code, f"linli {words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *words: str | Path, exit_code: int = 0) -> dict[str, Any]:
        """The one JSON document that a verb prints with --json."""
        document = json.loads(self.run(*words, "--json", exit_code=exit_code).stdout)
        assert isinstance(document, dict)
        return document

    def sql(self, query: str) -> Sequence[tuple[Any, ...]]:
        """What a reporting tool would read."""
        with psycopg.connect(self.postgres_url) as connection:
            return connection.execute(query.encode()).fetchall()
