"""Runs each system as a process of its own, in alternation, and sees that all did the same work.

1 a check on the first events: every system, both tasks, must end with identical counts and identical tables.
2 timed rounds over the whole topic, A B C D A B C D…; a system that is still busy when patience ends is stopped, its
rate is that of what it did. Those that finished must again agree.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bench.parts import Topic, fresh_schema, tables_digest
from bench.peers.work import Job
from linli.settings import inherited
from linli.work import FRUGAL
from schemas.catalogue import COMPLAINTS

COUNTS, CASES, SMALL_BATCHES = "counts", "cases", "cases in batches of 20,000"
"""Tasks (a) and (b), and the second run of (b)."""
SYSTEMS: Final = ("stock_faust", "quix", "bytewax", "linli")
BATCH: Final = 20_000
_MODULES: Final[Mapping[tuple[str, str], str]] = {
    ("linli", COUNTS): "linli_counts",
    ("linli", CASES): "linli_cases",
    ("linli", SMALL_BATCHES): "linli_cases",
}
LOG: Final = "log.txt"
_GRACE: Final = 300.0
"""Seconds beyond patience after which a process is taken for stuck: start-up, and the last batch."""


class DisagreementError(Exception):
    """Systems did not end with the same counts or tables."""


class FailedError(Exception):
    """A process did not do its work; the message ends with the last lines of its log."""


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one process did. `touches`: entities a batch, summed over batches; `digest`: of its counts or tables."""

    system: str
    task: str
    events: int
    seconds: float
    touches: int
    batches: int
    memory_mib: float
    digest: str
    finished: bool

    @property
    def rate(self) -> float:
        """Events a second, from the first record to the last effect."""
        return self.events / self.seconds

    @property
    def touch_rate(self) -> float:
        return self.touches / self.seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """One process to be run: a system at a task, until it has taken so many events or so many seconds have passed."""

    system: str
    task: str
    events: int
    patience: float

    @property
    def module(self) -> str:
        name = _MODULES.get((self.system, self.task), self.system)
        return f"bench.peers.{name}"


@dataclass(frozen=True, slots=True)
class Course:
    """Where and how systems run. `pythons`: system → interpreter of its environment; `patience` in seconds."""

    topic: Topic
    pythons: Mapping[str, Path]
    scratch: Path
    root: Path
    patience: float
    progress: Callable[[str], None]

    def run(self, asked: Asked) -> Outcome:
        """One process, from start to end. FailedError or TimeoutExpired when it fails."""
        postgres = self.topic.endpoints.postgres_url
        with fresh_schema(postgres, f"bench_{asked.system}") as schema:
            told = self._told(asked, schema)
            digest = told["digest"] if asked.task == COUNTS else tables_digest(postgres, schema)
        measured = {name: told[name] for name in ("events", "seconds", "touches", "batches", "memory_mib")}
        finished = told["events"] >= asked.events
        outcome = Outcome(asked.system, asked.task, digest=digest, finished=finished, **measured)
        self.progress(f"{asked.task}: {asked.system} {outcome.rate:,.0f} events/s, {outcome.memory_mib:,.0f} MiB")
        return outcome

    def _told(self, asked: Asked, schema: str) -> dict[str, Any]:
        """What the process reported."""
        folder = self.scratch / asked.system
        folder.mkdir(parents=True, exist_ok=True)
        job = self._job(asked, schema, folder)
        job.result.unlink(missing_ok=True)
        job.write(folder / "job.json")
        with (folder / LOG).open("wb") as log:
            code = subprocess.run(
                [str(self.pythons[asked.system]), "-m", asked.module, str(folder / "job.json")],
                cwd=folder,
                env={**inherited(), **(FRUGAL if asked.system == "linli" else {}), "PYTHONPATH": str(self.root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=asked.patience + _GRACE,
                check=False,
            ).returncode
        if code or not job.result.exists():
            raise FailedError(f"{asked.system} at {asked.task} ended with {code}:\n{_end_of(folder / LOG)}")
        told: dict[str, Any] = json.loads(job.result.read_text(encoding="utf-8"))
        return told

    def _job(self, asked: Asked, schema: str, folder: Path) -> Job:
        endpoints = self.topic.endpoints
        return Job(
            task=COUNTS if asked.task == COUNTS else CASES,
            bootstrap=endpoints.kafka_bootstrap,
            topic=COMPLAINTS.topic,
            events=asked.events,
            schemas=self.topic.schemas,
            postgres=endpoints.postgres_url,
            schema=schema,
            group=f"bench-{asked.system}-{uuid4().hex[:8]}",
            result=folder / "result.json",
            scratch=folder,
            patience=asked.patience,
            batch=0 if asked.system == "linli" and asked.task != SMALL_BATCHES else BATCH,
        )


@dataclass(slots=True)
class Results:
    """All outcomes of one run, by (task, system)."""

    outcomes: dict[tuple[str, str], list[Outcome]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        self.outcomes.setdefault((outcome.task, outcome.system), []).append(outcome)

    def median(self, task: str, system: str, value: Callable[[Outcome], float]) -> float | None:
        """Median over the rounds; None when it was not run."""
        found = self.outcomes.get((task, system))
        return statistics.median(map(value, found)) if found else None

    def ratio(self, task: str, peer: str) -> float | None:
        """How many times as fast as the peer Linli was: medians of the same run."""
        ours, theirs = (self.median(task, system, lambda outcome: outcome.rate) for system in ("linli", peer))
        return ours / theirs if ours and theirs else None

    def memory(self, system: str) -> float | None:
        """Greatest peak over all tasks and rounds, MiB."""
        found = [outcome.memory_mib for (_, name), some in self.outcomes.items() if name == system for outcome in some]
        return max(found, default=None)


def agree(outcomes: Iterable[Outcome]) -> None:
    """DisagreementError unless all that finished ended alike."""
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.finished:
            found.setdefault(outcome.digest, []).append(outcome.system)
    if len(found) > 1:
        raise DisagreementError("; ".join(f"{', '.join(systems)}: {digest}" for digest, systems in found.items()))


def check(course: Course, tasks: Sequence[str], events: int) -> bool:
    """Step 1: every system does all tasks on the topic's first events. DisagreementError when one ends otherwise.

    False when a kept topic holds more of them: then no two systems would take the same ones first.
    """
    if course.topic.written > events:
        course.progress(
            f"the kept topic holds {course.topic.written:,} events: systems are compared on the whole of it"
        )
        return False
    course.topic.fill(events, course.progress)
    for task in tasks:
        outcomes = [course.run(Asked(system, task, events, _GRACE)) for system in SYSTEMS]
        unfinished = [outcome.system for outcome in outcomes if not outcome.finished]
        if unfinished:
            raise DisagreementError(f"{task}: {', '.join(unfinished)} did not finish {events:,} events")
        agree(outcomes)
        course.progress(f"{task}: all systems end alike on {events:,} events")
    return True


def measure(course: Course, tasks: Sequence[str], events: int, repeat: int) -> Results:
    """Step 2: timed rounds over the whole topic."""
    course.topic.fill(events, course.progress)
    results = Results()
    for task in tasks:
        for _ in range(repeat):
            outcomes = [course.run(Asked(system, task, events, course.patience)) for system in SYSTEMS]
            agree(outcomes)
            for outcome in outcomes:
                results.add(outcome)
        if task == CASES:
            results.add(course.run(Asked("linli", SMALL_BATCHES, events, course.patience)))
    return results
