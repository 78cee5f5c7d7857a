"""How fast `linli import` takes a city's file: the same rows many times over, in their order, under new numbers."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.parts import running
from linli.settings import inherited

FILE: Final = "los_angeles_311_2020.csv"
MAPPING: Final = "los-angeles-311"
NUMBER: Final = "srnumber"


@dataclass(frozen=True, slots=True)
class Imported:
    """What the import told: rows read, events written, seconds by its own clock (start-up excluded)."""

    rows: int
    events: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def multiplied(source: Path, target: Path, copies: int) -> None:
    """Write the rows of a file `copies` times, each time under other numbers."""
    with source.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    with target.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        for copy in range(copies):
            writer.writerows({**row, NUMBER: f"{row[NUMBER]}-{copy}"} for row in rows)


def measure(folder: Path, data: Path, copies: int, progress: Callable[[str], None]) -> Imported:
    """Import the multiplied file into parts of its own, which are removed afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE
    multiplied(data / FILE, target, copies)
    home = folder / "home"
    with running(home, progress, keep=False):
        progress(f"import: {target.name}, {copies} times over")
        command = [sys.executable, "-m", "linli", "import", str(target), "--mapping", MAPPING, "--json"]
        environment = {**inherited(), "LINLI_HOME": str(home.absolute())}
        told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    target.unlink()
    document = json.loads(told.stdout)
    return Imported(document["rows"], document["written"], document["seconds"])
