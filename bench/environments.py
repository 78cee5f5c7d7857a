"""A virtual environment for each peer, installed by name. Nothing of Linli is in it; it is kept for the next run."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

_COMMON: Final = ("fastavro", "psycopg[binary]")
REQUIREMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "stock_faust": ("faust-streaming==0.15.3", "mode-streaming==0.7.1", "aiokafka==0.14.0", "cramjam", *_COMMON),
    "quix": ("quixstreams>=3.28,<4", *_COMMON),
    "bytewax": ("bytewax>=0.21,<0.22", "confluent-kafka", *_COMMON),
}
"""Peer → what is installed for it. `cramjam` and `confluent-kafka` are what lz4 and the Kafka source ask for."""

OURS: Final = ("faust-streaming", "polars", "psycopg", "fastavro", "aiokafka", "cramjam")
_TOLD: Final = (
    "import json,sys;from importlib.metadata import version;print(json.dumps({n:version(n) for n in sys.argv[1:]}))"
)


def python_of(folder: Path, peer: str, progress: Callable[[str], None]) -> Path:
    """The Python of a peer's environment, which is made when it is missing (or was made for other requirements)."""
    if peer not in REQUIREMENTS:
        return Path(sys.executable)
    wanted = REQUIREMENTS[peer]
    home = folder / f"{peer}-{hashlib.sha256(repr(wanted).encode()).hexdigest()[:8]}"
    python, made = home / "bin" / "python", home / "made"
    if not made.exists():
        progress(f"{peer}: installing {', '.join(wanted)}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
        subprocess.run([str(python), "-m", "pip", "install", *quiet, *wanted], check=True, stdout=sys.stderr)
        made.touch()
    return python


def versions(python: Path, peer: str) -> dict[str, str]:
    """Versions of what a system was run with."""
    names = [requirement.split("=")[0].split(">")[0].split("[")[0] for requirement in REQUIREMENTS.get(peer, OURS)]
    told = subprocess.run([str(python), "-c", _TOLD, *names], check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(told.stdout)
    return found
