"""Looks at a machine: everything that `linli up` and `linli work` will need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import NamedTuple

from linli.parts.jars import downloaded
from linli.settings import Settings
from schemas.errors import Unavailable
from streams import selftest

MIN_JAVA = 17
MIN_FREE_GIB = 2
MIN_PYTHON = (3, 11)


class Finding(NamedTuple):
    """One thing looked at; `remedy` is empty when it is fine."""

    what: str
    found: str
    fine: bool
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which things are needed."""
    embedded = not (settings.kafka_bootstrap and settings.registry_url)
    return [_python(), *(_java_parts(settings) if embedded else ()), _disk(settings), _streaming()]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python", found, sys.version_info >= MIN_PYTHON, "" if sys.version_info >= MIN_PYTHON else "install Python 3.11"
    )


def _java_parts(settings: Settings) -> Iterator[Finding]:
    java = _java_version()
    fine = java >= MIN_JAVA
    yield Finding("Java", str(java or "none"), fine, "" if fine else "apt-get install openjdk-17-jre-headless")
    here = downloaded(settings.cache)
    maven = shutil.which("mvn") is not None
    yield Finding("Maven", "yes" if maven else "none", maven or here, "" if maven or here else "apt-get install maven")
    yield Finding("jars", f"in {settings.cache}" if here else "not downloaded yet: `linli up` does", fine=True)


def _java_version() -> int:
    if shutil.which("java") is None:
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    number = told.partition('"')[2].split(".")[0]
    return int(number) if number.isdigit() else 0


def _disk(settings: Settings) -> Finding:
    folder = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(folder).free / 2**30
    fine = free >= MIN_FREE_GIB
    return Finding(
        "free disk", f"{free:.1f} GiB at {folder}", fine, "" if fine else f"free {MIN_FREE_GIB} GiB or move LINLI_HOME"
    )


def _streaming() -> Finding:
    found = f"faust-streaming {version('faust-streaming')}, aiokafka {version('aiokafka')}"
    try:
        selftest.check()
    except (Unavailable, Exception) as error:  # noqa: BLE001  the examination goes on whatever is wrong
        return Finding("streaming", found, fine=False, remedy=str(error))
    return Finding("streaming", found, fine=True)
