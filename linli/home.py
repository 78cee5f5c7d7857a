"""The home of an installation: where its data lies, and what is recorded of the parts that it started."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from linli.settings import Settings
from schemas.errors import Unavailable

KAFKA, REGISTRY, POSTGRES = "kafka", "registry", "postgres"
PARTS = (KAFKA, REGISTRY, POSTGRES)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the three parts answer."""

    kafka_bootstrap: str
    registry_url: str
    postgres_url: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a part that we started. `started`: seconds since 1970, of the process, to tell a reused pid."""

    url: str
    pid: int
    started: float
    ports: tuple[int, ...] = ()


class Home:
    """A folder with the data and logs of the embedded parts, and `parts.json`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.home

    def folder(self, part: str) -> Path:
        """The part's own folder, made when it is missing."""
        folder = self.root / part
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log(self, part: str) -> Path:
        """The file that the part's output goes to."""
        return self.folder("logs") / f"{part}.log"

    def configured(self, part: str) -> str:
        """Where a part answers that is configured instead of the embedded one, else an empty text."""
        given = self.settings
        return {KAFKA: given.kafka_bootstrap, REGISTRY: given.registry_url, POSTGRES: given.postgres_url}[part]

    def recorded(self) -> dict[str, Recorded]:
        """What is recorded of the parts that were started here."""
        if not self._file.exists():
            return {}
        told = json.loads(self._file.read_text(encoding="utf-8"))
        return {part: Recorded(**{**one, "ports": tuple(one["ports"])}) for part, one in told.items()}

    def record(self, part: str, told: Recorded) -> None:
        """Note a part; the file is replaced whole, so that it is never read half-written."""
        known = {**self.recorded(), part: told}
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({name: asdict(one) for name, one in known.items()}, indent=2), encoding="utf-8")
        fresh.replace(self._file)

    def endpoints(self) -> Endpoints:
        """Where the parts answer; Unavailable `part.not_started` when one is neither configured nor was started here."""
        recorded = self.recorded()
        urls = {part: self.configured(part) or (recorded[part].url if part in recorded else "") for part in PARTS}
        missing = [part for part, url in urls.items() if not url]
        if missing:
            raise Unavailable(
                f"{', '.join(missing)} was never started in {self.root}",
                code="part.not_started",
                remedy="run `linli up`, or set LINLI_HOME to the folder where it was started",
            )
        return Endpoints(urls[KAFKA], urls[REGISTRY], urls[POSTGRES])

    @property
    def _file(self) -> Path:
        return self.root / "parts.json"
