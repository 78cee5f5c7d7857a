"""The jars of the parts that run on Java, resolved by Maven from one `pom.xml` into a cache that all homes share."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from schemas.errors import Unavailable

_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"


@dataclass(frozen=True, slots=True)
class Jars:
    """Where they lie: Kafka's jars as a class path, the registry's runnable jar."""

    kafka: str
    registry: Path


def jars(cache: Path) -> Jars:
    """The jars, downloaded when they are missing. Unavailable `part.download` tells what Maven said."""
    folder = cache / f"parts-{_fingerprint()}"
    if not folder.exists():
        _download(folder)
    return Jars(f"{folder / 'kafka'}/*", next((folder / "registry").glob("apicurio-registry-app-*-runner.jar")))


def downloaded(cache: Path) -> bool:
    """Whether the jars are there already."""
    return (cache / f"parts-{_fingerprint()}").exists()


def _fingerprint() -> str:
    return hashlib.sha256(files("linli.parts").joinpath("pom.xml").read_bytes()).hexdigest()[:12]


def _download(folder: Path) -> None:
    """Into a folder of its own that is renamed at the end, so that a broken download is no cache."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        fresh = Path(name) / "parts"
        with as_file(files("linli.parts")) as package:
            _maven(package / "pom.xml", fresh / "kafka")
        (archive,) = (fresh / "kafka").glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(fresh / "registry", filter="data")
        archive.unlink()
        if not folder.exists():
            fresh.rename(folder)


def _maven(pom: Path, target: Path) -> None:
    mvn = shutil.which("mvn")
    if mvn is None:
        raise Unavailable("Maven is not installed", code="part.maven", remedy="install it: apt-get install maven")
    command = [mvn, "-q", "-B", "-f", str(pom), _GOAL, f"-DoutputDirectory={target}"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise Unavailable(
            "Maven could not resolve the parts: " + " ".join(lines[:3]),
            code="part.download",
            where=str(pom),
            remedy="check that Maven reaches its registry, then repeat; failures are remembered: run it with -U",
        )
