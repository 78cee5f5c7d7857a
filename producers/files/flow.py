"""The way of one file into the log, chunk by chunk, and the reconciliation at its end.

1 survey, 2 open (what concerns the whole file is refused here, before the first event), and for each chunk: 3
translate, 4 compare with what is known, 5 publish, 6 write rejected rows; at the end 7 wait until everything is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from producers.files.chunks import CHUNK_ROWS, Chunk
from producers.files.columns import Source
from producers.files.comparison import Comparison, Differences, Novelty
from producers.files.compile import compile_plan
from producers.files.export import ExportComparison
from producers.files.faults import Rejected
from producers.files.fields import kind_of
from producers.files.load import LoadedMapping
from producers.files.plan import Plan
from producers.files.read import open_reader
from producers.files.rejects import RejectsFile
from producers.files.statements import translate
from producers.files.survey import survey
from producers.known import Known
from producers.log import Positions
from producers.publish import FUTURE_TOLERANCE, Publishes, Statement, Statements
from schemas.catalogue import EventType, schema_of
from schemas.errors import WrongUsage

Progress = Callable[[int, int | None], None]
"""Told after each chunk: rows so far, rows in all where that is known."""


def _silent(rows: int, expected: int | None) -> None:
    pass


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SHOWN = 10
"""Rejected rows that the report itself names."""

SHOWN_OF_TYPE = 2
"""Events of each type that a dry run shows."""


@dataclass
class Report:
    """What became of a file. `events`: statements by type, `written` and `repeated` together. `positions`: of the
    log.
    """

    file: str
    mapping: str
    mode: str
    dry_run: bool
    rows: int = 0
    totals_dropped: int = 0
    events: Counter[str] = field(default_factory=Counter)
    written: int = 0
    repeated: int = 0
    rejected: int = 0
    rejects_file: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    first_events: list[dict[str, Any]] = field(default_factory=list)
    snapshot: Differences | None = None
    positions: Positions = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The JSON document of `linli import`."""
        topics: dict[str, dict[str, int]] = {}
        for (topic, partition), offset in sorted(self.positions.items()):
            topics.setdefault(topic, {})[str(partition)] = offset
        told: dict[str, Any] = {
            "file": self.file, "mapping": self.mapping, "mode": self.mode, "dry_run": self.dry_run, "rows": self.rows,
            "totals_dropped": self.totals_dropped, "events": dict(self.events), "written": self.written,
            "repeated": self.repeated, "rejected": self.rejected, "rejects_file": self.rejects_file,
            "errors": self.errors,
        }  # fmt: skip
        if self.snapshot is not None:
            told["snapshot"] = self.snapshot.as_dict()
        if self.dry_run:
            return {**told, "first_events": self.first_events}
        return {**told, "positions": topics}


@dataclass(frozen=True)
class Import:
    """One import. `exported_at`: microseconds UTC, of an export's date. `rejects`: where rejected rows are written.
    `dry_run`: nothing is published and no file is written.
    """

    mapping: LoadedMapping
    publisher: Publishes
    known: Known
    rejects: Path
    exported_at: int | None = None
    dry_run: bool = False
    progress: Progress = _silent
    chunk_rows: int = CHUNK_ROWS

    def run(self, path: Path) -> Report:
        """BadMapping, BadInput or WrongUsage before the first event; Unavailable when the log does not keep them."""
        plan = compile_plan(self.mapping)
        self._check_exported_at(plan)
        found = survey(path, plan.rules.file)
        reader = open_reader(found, plan.rules.file, plan.wanted, plan.lists, self.chunk_rows)
        source = Source(path.name, reader.sheet, found.sha256, self.publisher.clock(), self.exported_at)
        report = Report(path.name, self.mapping.name, plan.rules.mode, self.dry_run)
        with closing(RejectsFile(self.rejects, reader.sheet, reader.header)) as rejects:
            way = _Way(self, plan, source, self._comparison(plan), report, rejects)
            for chunk in reader.chunks():
                way.chunk(chunk)
                self.progress(report.rows, reader.expected_rows)
            report.snapshot = way.comparison.finished()
        if not self.dry_run:
            report.positions = self.publisher.log.flush()
        return report

    def _comparison(self, plan: Plan) -> Comparison:
        if plan.rules.mode == "snapshot":
            return ExportComparison(self.known, self.publisher, plan.rules.source)
        return Novelty(self.known, self.publisher)

    def _check_exported_at(self, plan: Plan) -> None:
        if plan.rules.mode == "snapshot" and self.exported_at is None and plan.rules.snapshot.exported_at is None:
            raise WrongUsage(
                "a snapshot needs the time of its export",
                code="usage.exported_at",
                expected="--exported-at 2026-03-01T18:00, or exported_at = a column under [snapshot] in the mapping",
                remedy="neither the file's name nor its date of change is taken for it",
            )
        if self.exported_at is not None and self.exported_at > self.publisher.clock() + FUTURE_TOLERANCE:
            raise WrongUsage(
                "the export's time lies in the future", code="usage.exported_at", expected="a time in the past"
            )


@dataclass(frozen=True)
class _Way:
    """The way of one chunk: translated, compared, published; what is wrong goes into the rejects."""

    job: Import
    plan: Plan
    source: Source
    comparison: Comparison
    report: Report
    rejects: RejectsFile
    shown: Counter[str] = field(default_factory=Counter)

    def chunk(self, chunk: Chunk) -> None:
        """Everything of a chunk."""
        translated = translate(chunk, self.plan, self.source)
        compared = self.comparison.compare(translated, chunk, self.source)
        for event, statements in compared.stated:
            self.report.events[event.name] += len(statements)
            self.report.written += len(statements)
            self._publish(event, statements)
        self.report.events.update(compared.repeated)
        self.report.repeated += compared.repeated.total()
        self._reject(sorted([*translated.rejected, *compared.rejected], key=lambda each: each.row))
        self.report.rows += chunk.rows
        self.report.totals_dropped += chunk.totals

    def _publish(self, event: EventType, statements: Statements) -> None:
        if not self.job.dry_run:
            self.job.publisher.publish(event, statements)
            return
        first = statements[: max(0, SHOWN_OF_TYPE - self.shown[event.full_name])]
        self.shown[event.full_name] += len(first)
        told = first.to_dicts() if isinstance(first, pl.DataFrame) else first
        self.report.first_events += [_readable(event, each) for each in told]

    def _reject(self, rejected: Sequence[Rejected]) -> None:
        self.report.rejected += len(rejected)
        room = max(0, SHOWN - len(self.report.errors))
        self.report.errors += [error.as_dict() for each in rejected[:room] for error in each.errors]
        if rejected and not self.job.dry_run:
            self.rejects.add(rejected)
            self.report.rejects_file = str(self.rejects.path)


def _readable(event: EventType, told: Statement) -> dict[str, Any]:
    """An event as a dry run shows it: what is stated, instants and dates in ISO 8601."""
    kinds = {each["name"]: kind_of(each["type"]) for each in schema_of(event)["fields"]}
    shown = {name: _iso(value, kinds.get(name)) for name, value in told.items() if value not in (None, [])}
    return {"type": event.full_name, **shown}


def _iso(value: Any, kind: str | None) -> Any:
    if kind == "time":
        return (EPOCH + timedelta(microseconds=value)).isoformat()
    return (EPOCH + timedelta(days=value)).date().isoformat() if kind == "date" else value
