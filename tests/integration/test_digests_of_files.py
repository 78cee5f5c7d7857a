"""However a city's file comes in (whole, in overlapping halves, as exports with later edits), the digests are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from linli.store import ROLE
from producers.files.load import load_mapping
from producers.log import Record
from projections import PROJECTIONS, ROLL_UPS
from projections.batch import OFFSET, Batch, Fact, facts_frame
from projections.facts import valid_facts
from projections.memory import MemoryStore
from projections.store import LogEdge
from projections.touch import Derivation
from schemas.catalogue import family_of
from schemas.codec import CatalogueSchemas, decode_block, unframe
from tests.unit.producers.files.desk import Desk
from tests.unit.producers.files.test_snapshot_history import angeles, as_exports, as_history, los_angeles

SCHEMAS = CatalogueSchemas()


def digests(records: Sequence[Record], batch: int = 7_000) -> dict[str, str]:
    """Of all projections, after the records of each topic in batches."""
    store = MemoryStore(Derivation(SCHEMAS, valid_facts, PROJECTIONS, ROLL_UPS))
    by_topic: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_topic[record.topic].append(record)
    for topic, told in by_topic.items():
        epoch = store.claim(ROLE, topic, {0: LogEdge(0, len(told))}, "T", lambda *_: None)[0].epoch
        for start in range(0, len(told), batch):
            store.apply(batch_of(topic, start, told[start : start + batch]), epoch)
    return store.digests()


def batch_of(topic: str, before: int, records: Sequence[Record]) -> Batch:
    key, facts = family_of(topic).key, []
    alike: defaultdict[int, list[tuple[int, str, bytes]]] = defaultdict(list)
    for offset, record in enumerate(records, before):
        schema_id, body = unframe(record.value)
        facts.append(Fact(record.key.decode(), record.event_id, schema_id, offset, 0, body))
        alike[schema_id].append((offset, record.event_id, body))
    frames = {}
    for schema_id, told in alike.items():
        offsets, ids, bodies = zip(*told, strict=True)
        block = decode_block(SCHEMAS.by_id(schema_id), bodies, ids)
        frames[schema_id] = block.frame.with_columns(pl.Series(OFFSET, offsets, dtype=pl.Int64))
        assert key in block.frame.columns
    return Batch(ROLE, topic, 0, before, before + len(records), facts_frame(facts), frames)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, city_data: Path) -> dict[str, str]:
    desk = Desk(tmp_path_factory.mktemp("whole"))
    desk.run(city_data / "los_angeles_311_2020.csv", load_mapping("los-angeles-311"))
    return digests(desk.log.records)


@pytest.mark.parametrize("halves", [((0, 6000), (4000, 10_000)), ((4000, 10_000), (0, 6000))])
def test_los_angeles_in_two_overlapping_halves(
    tmp_path: Path, city_data: Path, whole: dict[str, str], halves: tuple[tuple[int, int], ...]
) -> None:
    desk, lines = Desk(tmp_path), los_angeles(city_data)
    for first, last in halves:
        desk.run(angeles(lines[first:last]), load_mapping("los-angeles-311"))
    assert digests(desk.log.records) == whole


def test_los_angeles_as_exports_with_later_edits(tmp_path: Path, city_data: Path) -> None:
    lines = los_angeles(city_data)
    desk, changed, unchanged = as_exports(tmp_path, lines)
    assert changed > 4900
    assert changed + unchanged == len(lines)
    assert digests(desk.log.records) == digests(as_history(tmp_path, lines).log.records)
