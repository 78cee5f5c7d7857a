from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.load import STEPS, Load, event_of
from bench.peers.cases import CASE, bucket, differences, folded
from bench.peers.linli_cases import derivation
from bench.peers.linli_counts import cells_of
from bench.peers.work import Decoder, Event, Job, Watch, cell_of, digest
from projections.facts import valid_facts
from schemas.catalogue import COMPLAINTS, schema_text
from schemas.codec import CatalogueSchemas, decode_block, unframe

SCHEMAS = CatalogueSchemas()
TEXTS = {SCHEMAS.id_of(event_of(step)): schema_text(event_of(step)) for step in STEPS}
EVENTS = 1_200


@pytest.fixture(scope="module")
def values() -> list[bytes]:
    return [record.value for record in Load(7, EVENTS).records(SCHEMAS)][: EVENTS - 200]


@pytest.fixture(scope="module")
def told(values: list[bytes]) -> list[tuple[str, Event]]:
    decoded = Decoder(TEXTS)
    return [decoded(value) for value in values]


@pytest.fixture(scope="module")
def frames(values: list[bytes]) -> dict[int, pl.DataFrame]:
    """Schema id → frame with `_offset`, as Linli decodes them."""
    bodies: dict[int, list[tuple[int, bytes]]] = {}
    for offset, value in enumerate(values):
        schema_id, body = unframe(value)
        bodies.setdefault(schema_id, []).append((offset, body))
    return {number: _frame(number, some) for number, some in bodies.items()}


def _frame(schema_id: int, bodies: list[tuple[int, bytes]]) -> pl.DataFrame:
    schema = SCHEMAS.by_id(schema_id)
    ids = [schema.decode(body)["event_id"] for _, body in bodies]
    block = decode_block(schema, [body for _, body in bodies], ids)
    return block.frame.with_columns(pl.Series("_offset", [offset for offset, _ in bodies], dtype=pl.Int64))


def test_linli_and_peers_count_alike(told: list[tuple[str, Event]], frames: dict[int, pl.DataFrame]) -> None:
    theirs = Counter(cell_of(name, event) for name, event in told)
    ours: Counter[Any] = Counter()
    for number, frame in frames.items():
        for name, place, category, day, n in cells_of(SCHEMAS.by_id(number).event.name, frame).iter_rows():
            ours[name, place, category, day] += n

    assert sum(theirs.values()) == len(told)
    assert digest(ours) == digest(theirs)


def test_linli_and_peers_derive_the_same_rows(told: list[tuple[str, Event]], frames: dict[int, pl.DataFrame]) -> None:
    theirs = folded({}, told)
    (cases,) = derivation(SCHEMAS).projections
    facts, *_ = valid_facts([(SCHEMAS.by_id(number).event, frame) for number, frame in frames.items()], COMPLAINTS)
    ours = cases.rows(facts).select(CASE)
    whole = ours.with_columns(pl.selectors.temporal().to_physical())

    assert {row["case_id"]: row for row in whole.iter_rows(named=True)} == theirs


def test_linli_and_peers_derive_the_same_cells(told: list[tuple[str, Event]], frames: dict[int, pl.DataFrame]) -> None:
    counts, times = differences({}, folded({}, told))
    ours = derivation(SCHEMAS)
    facts, *_ = valid_facts([(SCHEMAS.by_id(number).event, frame) for number, frame in frames.items()], COMPLAINTS)
    rows = ours.projections[0].rows(facts)
    found = {}
    for roll_up in ours.roll_ups:
        dimensions = list(roll_up.table.key)
        summed = roll_up.cells(rows.select(roll_up.reads)).group_by(dimensions).sum().sort(dimensions)
        found[roll_up.table.name] = summed.with_columns(pl.col("day").to_physical())

    wanted = ("day", "place_id", "category", "cases", "open", "closed")
    assert found["counts_by_day"].select(wanted).rows() == counts
    assert found["response_times_by_category"].select("day", "category", "stage", "bucket", "n").rows() == times


def test_batches_add_up(told: list[tuple[str, Event]]) -> None:
    at_once, _ = differences({}, folded({}, told))
    rows: dict[str, Any] = {}
    sums: Counter[Any] = Counter()
    for start in range(0, len(told), 70):
        now = folded(rows, told[start : start + 70])
        for day, place, category, *measures in differences(rows, now)[0]:
            for name, n in zip(("cases", "open", "closed"), measures, strict=True):
                sums[day, place, category, name] += n
        rows = now

    assert +sums == Counter(
        {
            (*cell[:3], name): n
            for cell in at_once
            for name, n in zip(("cases", "open", "closed"), cell[3:], strict=True)
            if n
        }
    )


def test_a_repeated_batch_changes_no_cell(told: list[tuple[str, Event]]) -> None:
    rows = folded({}, told)

    assert differences(rows, folded(rows, told[-50:])) == ([], [])


@pytest.mark.parametrize(("seconds", "expected"), [(0, 0), (-5, 0), (1, 1), (2, 36), (86_400, 570)])
def test_buckets(seconds: int, expected: int) -> None:
    assert bucket(seconds) == expected


def test_a_job_survives_its_file_and_the_watch_reports(tmp_path: Path) -> None:
    job = Job("counts", "host:1", "t", 3, {1: "{}"}, "", "s", "g", tmp_path / "result.json", tmp_path, float("inf"))
    job.write(tmp_path / "job.json")
    watch = Watch(Job.read(str(tmp_path / "job.json")))

    watch.begin()
    assert not watch.done(2)
    watch.touched(2)
    assert watch.done(1)
    watch.report(digest="d")

    told = json.loads(job.result.read_text(encoding="utf-8"))
    assert (told["events"], told["touches"], told["batches"], told["digest"]) == (3, 2, 1, "d")
    assert told["memory_mib"] > 1
