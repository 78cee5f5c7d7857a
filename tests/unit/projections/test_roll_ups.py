"""Roll-ups: what stands in which cell."""

from __future__ import annotations

from datetime import date

import pytest

from projections import PROJECTIONS, ROLL_UPS
from projections.cases import CASES
from projections.cells import difference, recount
from projections.counts import COUNTS_BY_DAY
from projections.response_times import RESPONSE_TIMES_BY_CATEGORY
from tests.unit.projections.life import facts, told


def test_a_case_stands_in_one_cell_and_moves_between_them() -> None:
    filed = told("Filed", 0, place_id="p:1")
    before = CASES.rows(facts(filed).facts)
    after = CASES.rows(facts(filed, told("Relocated", 1, place_id=None), told("Voided", 2)).facts)
    assert recount(COUNTS_BY_DAY, before).rows() == [(date(2025, 10, 9), "p:1", "", 1, 1, 0, 0, 0)]
    assert difference(COUNTS_BY_DAY, after, before).rows() == [
        (date(2025, 10, 9), "", "", 1, 0, 0, 1, 0),
        (date(2025, 10, 9), "p:1", "", -1, -1, 0, 0, 0),
    ]


@pytest.mark.parametrize("roll_up", ROLL_UPS, ids=lambda roll_up: roll_up.name)
def test_a_case_without_its_filing_is_in_no_roll_up(roll_up: object) -> None:
    history = (told("Dispatched", 1, dispatch_id="1"), told("Handled", 2), told("FollowedUp", 3), told("Closed", 4))
    for projection in PROJECTIONS:
        for one in ROLL_UPS:
            if one is roll_up and one.over == projection.name:
                assert recount(one, projection.rows(facts(*history).facts)).is_empty()


def test_a_negative_duration_is_in_bucket_zero() -> None:
    row = CASES.rows(facts(told("Filed", 0), told("Closed", -1)).facts)
    assert recount(RESPONSE_TIMES_BY_CATEGORY, row).rows() == [(date(2025, 10, 9), "", "filed_to_closed", 0, 1)]


def test_every_roll_up_reads_columns_that_exist_and_owns_its_table() -> None:
    tables = {projection.name: projection.table for projection in PROJECTIONS}
    for roll_up in ROLL_UPS:
        assert set(roll_up.reads) <= set(tables[roll_up.over].names)
    assert len({roll_up.table.name for roll_up in ROLL_UPS}) == len(ROLL_UPS)
