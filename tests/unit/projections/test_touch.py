"""The step itself: what it reads, what it writes, in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from projections.batch import Batch
from projections.memory import MemoryTables
from projections.touch import Derivation, NewFacts, touch
from schemas.catalogue import COMPLAINTS
from tests.contracts import toy
from tests.contracts.store import life
from tests.contracts.toy import ANNULLED, CLOSED, FILED, Event, batch_of


class Watched(MemoryTables):
    """Tables that write down what was done to them."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[str, str]] = []

    def rows(self, table: Any, entities: Any, columns: Any) -> pl.DataFrame:
        self.done.append(("rows", f"{table.name}({', '.join(columns)})"))
        return super().rows(table, entities, columns)

    def write(self, table: Any, rows: pl.DataFrame) -> None:
        self.done.append(("write", table.name))
        assert rows.equals(rows.sort(table.key))
        super().write(table, rows)

    def delete(self, table: Any, keys: pl.DataFrame) -> None:
        self.done.append(("delete", table.name))
        super().delete(table, keys)

    def add(self, table: Any, cells: pl.DataFrame) -> None:
        self.done.append(("add", table.name))
        assert cells.equals(cells.sort(table.key))
        super().add(table, cells)


@pytest.fixture
def derivation() -> Derivation:
    return toy.derivation()


def new(batch: Batch) -> NewFacts:
    return NewFacts(batch.facts, batch.frames, batch.before)


def test_entities_are_written_before_roll_ups_in_one_order(derivation: Derivation) -> None:
    tables = Watched()
    touch(tables, derivation, COMPLAINTS, new(batch_of(life(1))))
    read = [("rows", "toy_cases(case_id, category, filed_day, closed)"), ("rows", "toy_events(case_id, seq, type)")]
    assert tables.done == [
        *read,
        ("write", "toy_cases"),
        ("write", "toy_events"),
        ("add", "toy_counts"),
        ("add", "toy_types"),
    ]


def test_rows_no_longer_derived_are_deleted(derivation: Derivation) -> None:
    tables = Watched()
    filed, noted, closed = life(1)
    touch(tables, derivation, COMPLAINTS, new(batch_of([filed, noted, closed])))
    annulled = Event(ANNULLED, filed.case_id, 19, values={"targets": [noted.event_id, closed.event_id]})
    touch(tables, derivation, COMPLAINTS, new(batch_of([annulled], 3)))
    assert tables.frame(toy.EVENTS).sort("seq")["type"].to_list() == [FILED.name, ANNULLED.name]
    assert tables.done[-3] == ("delete", "toy_events")
    assert tables.frame(toy.TYPES).sort("type").rows() == [(FILED.name, 1), (ANNULLED.name, 1)]


def test_cells_that_do_not_change_are_left_alone(derivation: Derivation) -> None:
    tables = Watched()
    touch(tables, derivation, COMPLAINTS, new(batch_of(life(1))))
    tables.done.clear()
    touch(tables, derivation, COMPLAINTS, keys=["toy:0001"])
    assert [what for what, _ in tables.done] == ["rows", "rows", "write", "write"]


def test_new_facts_and_named_entities_go_together(derivation: Derivation) -> None:
    tables = Watched()
    touch(tables, derivation, COMPLAINTS, new(batch_of([*life(1), *life(2)])))
    tables.frames.clear()
    touch(
        tables, derivation, COMPLAINTS, new(batch_of([Event(CLOSED, "toy:0002", 77)], 6)), keys=["toy:0001", "toy:0002"]
    )
    assert tables.frame(toy.CASES).sort("case_id").select("case_id", "facts").rows() == [
        ("toy:0001", 3),
        ("toy:0002", 4),
    ]


def test_before_is_what_stands_in_the_table(derivation: Derivation) -> None:
    """Not what the facts would yield today: the rule that made it may be another."""
    tables = Watched()
    touch(tables, derivation, COMPLAINTS, new(batch_of(life(1))))
    stood = tables.frame(toy.CASES).with_columns(category=pl.lit("old"))
    tables.frames[toy.CASES.name] = stood
    tables.frames[toy.COUNTS.name] = tables.frame(toy.COUNTS).with_columns(category=pl.lit("old"))
    touch(tables, derivation, COMPLAINTS, keys=["toy:0001"])
    assert tables.frame(toy.COUNTS)["category"].to_list() == ["c1"]


def test_rows_must_have_the_columns_of_their_table(derivation: Derivation) -> None:
    first, *others = derivation.projections
    wrong = replace(first, rows=lambda facts: first.rows(facts).with_columns(pl.col("facts").cast(pl.Int64)))
    with pytest.raises(TypeError, match=r"toy_cases.*facts"):
        touch(Watched(), replace(derivation, projections=(wrong, *others)), COMPLAINTS, new(batch_of(life(1))))
