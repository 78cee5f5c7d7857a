"""What the peers share: the job that they are given, the watch that measures it, decoding and counting.

Written as a careful user of these frameworks would: instants stay integers, the fastest that fastavro can do. Knows
nothing of Linli; needs fastavro.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Cell = tuple[str, str, str, int]
"""(event type, place, category, local day since 1970): what task (a) counts by; '' where the event does not say."""
Event = dict[str, Any]

OFFSET_OF_CHINA: Final = 8 * 3600 * 1_000_000
DAY: Final = 86_400 * 1_000_000
FRAMING: Final = 5
"""Bytes in front of the Avro body: 0x00 and the schema id."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the runner asks of one process.

    `task`: counts or cases. `events` to take before it ends, or `patience` seconds. `schemas`: id → text. `postgres`,
    `schema`: where tables go. `group`: a consumer group never used before. `batch`: events (0: as many as are fetched).
    `result`: the file to report in.
    """

    task: str
    bootstrap: str
    topic: str
    events: int
    schemas: Mapping[int, str]
    postgres: str
    schema: str
    group: str
    result: Path
    scratch: Path
    patience: float
    batch: int = 20_000

    @classmethod
    def read(cls, path: str) -> Job:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        told["schemas"] = {int(number): text for number, text in told["schemas"].items()}
        return cls(**{**told, "result": Path(told["result"]), "scratch": Path(told["scratch"])})

    def write(self, path: Path) -> None:
        told = {name: getattr(self, name) for name in self.__slots__}
        path.write_text(json.dumps(told, default=str), encoding="utf-8")


def asked() -> Job:
    """The job named on the command line."""
    return Job.read(sys.argv[1])


class Watch:
    """Counts events from the first record that arrives to the last effect. Start-up is not measured."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.events = 0
        self.touches = 0
        self.batches = 0
        self._first = 0.0
        self._last = 0.0

    def begin(self) -> None:
        """To be called whenever records arrive, before anything is done with them."""
        if not self._first:
            self._first = time.perf_counter()

    def touched(self, entities: int) -> None:
        """A batch was about so many entities."""
        self.touches += entities
        self.batches += 1

    def done(self, events: int) -> bool:
        """So many more events have had their effect; whether that is all, or patience is at its end."""
        self.events += events
        self._last = time.perf_counter()
        return self.over

    @property
    def over(self) -> bool:
        """Whether there is nothing more to do, or no more patience."""
        return self.events >= self.job.events or self._last - self._first > self.job.patience

    def report(self, **found: Any) -> None:
        """Write what was measured: events, seconds, touches, batches, peak memory in MiB, and `found`."""
        measured = {
            "events": self.events,
            "seconds": self._last - self._first,
            "touches": self.touches,
            "batches": self.batches,
            "memory_mib": peak_memory(),
        }
        self.job.result.write_text(json.dumps({**measured, **found}), encoding="utf-8")


def peak_memory() -> float:
    """Peak resident memory of this process in MiB (VmHWM: unlike ru_maxrss it does not begin with the parent's)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


class Decoder:
    """Framed Avro value → (event type, event), one by one with fastavro. Instants stay int microseconds."""

    def __init__(self, schemas: Mapping[int, str]) -> None:
        import fastavro

        raw = {number: json.loads(text) for number, text in schemas.items()}
        self._read = fastavro.schemaless_reader
        self._schemas = {number: (told["name"], fastavro.parse_schema(_bare(told))) for number, told in raw.items()}

    def __call__(self, value: bytes) -> tuple[str, Event]:
        name, schema = self._schemas[int.from_bytes(value[1:FRAMING], "big")]
        stream = io.BytesIO(value)
        stream.seek(FRAMING)
        return name, self._read(stream, schema, None)  # type: ignore[return-value]


def _bare(schema: Any) -> Any:
    """The schema without docs and logical types."""
    if isinstance(schema, dict):
        return {name: _bare(value) for name, value in schema.items() if name not in ("doc", "logicalType")}
    return [_bare(item) for item in schema] if isinstance(schema, list) else schema


def cell_of(name: str, event: Event) -> Cell:
    """Where an event is counted in task (a)."""
    day = (event["occurred_at"] + OFFSET_OF_CHINA) // DAY
    return name, event.get("place_id") or "", event.get("category") or "", day


def digest(counts: Mapping[Cell, int]) -> str:
    """SHA-256 of all counts in key order: equal for equal counts, whoever counted."""
    lines = (f"{name}\t{place}\t{category}\t{day}\t{n}\n" for (name, place, category, day), n in sorted(counts.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
