"""State = f(set of events): whatever the order, repetition and splitting; and equal to the oracle's, row by row, cell
by cell.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import PROJECTIONS, ROLL_UPS
from projections.cells import recount
from projections.facts import valid_facts
from projections.model import RollUp, Table
from schemas.catalogue import COMPLAINTS, FAMILIES, Family
from tests import oracle
from tests.examples import examples
from tests.histories import Told, frames, histories


def derived(told: list[Told], family: Family, *arrivals: list[Told]) -> dict[str, pl.DataFrame]:
    decoded = [frame for arrival in arrivals or (told,) for frame in frames(arrival)]
    facts = valid_facts(decoded, family).facts
    return {
        projection.name: projection.rows(facts).sort(projection.table.key)
        for projection in PROJECTIONS
        if projection.family is family
    }


DERIVED = [family for family in FAMILIES if any(projection.family is family for projection in PROJECTIONS)]
"""Families with rows; the facts of the others are kept (test_facts)."""


def raw(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.select(pl.all().to_physical()).to_dicts()


def counted(roll_up: RollUp, rows: pl.DataFrame) -> list[tuple[Any, ...]]:
    return recount(roll_up, rows).select(pl.all().to_physical()).rows()


def in_order(rows: list[dict[str, Any]], table: Table) -> list[dict[str, Any]]:
    return sorted(
        ({name: row[name] for name in table.names} for row in rows), key=lambda row: [row[k] for k in table.key]
    )


@examples(3)
@given(data=st.data())
@pytest.mark.parametrize("family", DERIVED, ids=lambda family: family.name)
def test_rows_and_cells_are_those_of_the_oracle(family: Family, data: st.DataObject) -> None:
    told = data.draw(histories(family))
    expected, rows = oracle.rows(told, family), derived(told, family)
    for projection in PROJECTIONS:
        if projection.family is family:
            assert raw(rows[projection.name]) == in_order(expected[projection.name], projection.table), projection.name
    for roll_up in ROLL_UPS if family is COMPLAINTS else ():
        measured = len(roll_up.table.key)
        cells = {cell[:measured]: cell[measured:] for cell in counted(roll_up, rows[roll_up.over])}
        assert cells == oracle.cells(expected)[roll_up.name], roll_up.name


@examples(3)
@given(data=st.data())
@pytest.mark.parametrize("family", DERIVED, ids=lambda family: family.name)
def test_order_repetition_splitting_and_company_change_nothing(family: Family, data: st.DataObject) -> None:
    told = data.draw(histories(family))
    again = data.draw(st.lists(st.sampled_from(told), max_size=4))
    repeats = [(event_type, {**event, "_offset": 1000 + n}) for n, (event_type, event) in enumerate(again)]
    shuffled = data.draw(st.permutations([*told, *repeats]))
    cut = data.draw(st.integers(0, len(shuffled)))
    together = derived(told, family)
    for name, rows in derived(told, family, shuffled[:cut], shuffled[cut:]).items():
        assert rows.equals(together[name]), name
    one = told[0][1][family.key]
    for name, rows in derived([fact for fact in told if fact[1][family.key] == one], family).items():
        assert rows.equals(together[name].filter(pl.first() == one)), name
