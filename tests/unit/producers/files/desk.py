"""A desk to import files at: mapping and file as text, everything in memory, events read back as they stand in the
log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from linli.known import in_effect
from producers.files.flow import Import, Report
from producers.files.load import LoadedMapping, parse_mapping
from producers.known import Known, KnownFact, MemoryKnown, NothingKnown
from producers.log import MemoryLog
from producers.publish import Publisher
from schemas.codec import CatalogueSchemas, unframe
from schemas.privacy import MemoryKeyStore

SCHEMAS = CatalogueSchemas()
NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000

HOTLINE = """
source = "hotline"
title = { en = "Hot-line", zh = "热线" }
time_zone = "Asia/Shanghai"
record_id = "{工单编号}"

[columns."状态"]
codes = { "待办" = "open", "办结" = "closed" }

[[events]]
type = "ComplaintFiled"
at = "受理时间"
fields = { category = "{类别}" }

[[events]]
type = "ComplaintClosed"
when = { "状态" = "closed" }
at = ["办结时间", "受理时间"]
"""
"""A small mapping that most tests start from."""

HEADER = "工单编号,受理时间,状态,办结时间,类别\n"


def micros(text: str) -> int:
    """Microseconds UTC of an ISO time with an offset."""
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000)


@cache
def mapping(text: str = HOTLINE, more: str = "", **replace: str) -> LoadedMapping:
    """A mapping from its text; `more` stands in front of the first table."""
    for old, new in replace.items():
        text = text.replace(old, new)
    return parse_mapping((more + text).encode(), "test.toml")


@dataclass
class Desk:
    """One log, one place for files. `known`: whether imports are told what the log holds."""

    folder: Path
    log: MemoryLog = field(default_factory=MemoryLog)

    def __post_init__(self) -> None:
        self.publisher = Publisher(SCHEMAS, self.log, b"k" * 32, MemoryKeyStore(), lambda: NOW)

    def file(self, content: str | bytes, name: str = "a.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.csv"

    def run(
        self,
        file: Path | str | bytes,
        rules: LoadedMapping | None = None,
        *,
        known: bool = False,
        exported_at: str | None = None,
        dry_run: bool = False,
        chunk_rows: int = 20_000,
    ) -> Report:
        """Import a file, or the text of a CSV."""
        path = file if isinstance(file, Path) else self.file(file)
        exported = None if exported_at is None else micros(exported_at)
        told: Known = self.known() if known else NothingKnown()
        rules = rules or mapping()
        job = Import(rules, self.publisher, told, self.rejects, exported, dry_run, chunk_rows=chunk_rows)
        return job.run(path)

    def facts(self) -> list[KnownFact]:
        """Everything in the log, decoded."""
        return [_decoded(record.value, record.event_id) for record in self.log.records]

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a type, in the order of the log."""
        return [dict(fact.values) for fact in self.facts() if fact.event.name == name]

    def known(self) -> MemoryKnown:
        known = MemoryKnown(in_effect)
        for fact in self.facts():
            known.add(fact)
        return known


@cache
def _decoded(value: bytes, event_id: str) -> KnownFact:
    """Remembered, since tests look at the same log again and again."""
    schema_id, body = unframe(value)
    schema = SCHEMAS.by_id(schema_id)
    return KnownFact(schema.event, event_id, schema.decode(body))


def state_of(facts: Iterable[KnownFact]) -> dict[str, Any]:
    """A plain reading of a case, event by event."""
    now: dict[str, Any] = {}
    for fact in facts:
        name, told = fact.event.name, fact.values
        if name == "ComplaintFiled":
            now |= {each: told[each] for each in ("category", "channel", "place_id")} | {"open": True}
        elif name == "ComplaintReclassified":
            now["category"] = told["category"]
        elif name == "ComplaintRelocated":
            now["place_id"] = told["place_id"]
        elif name in ("ComplaintClosed", "ComplaintVoided"):
            now["open"] = False
        elif name == "ComplaintReopened":
            now["open"] = True
    return now
