"""What no test with a database can show: it would need two writers to meet in the wrong order."""

from __future__ import annotations

import pytest

from projections import PROJECTIONS, ROLL_UPS, statements
from projections.model import Table

TABLES = [value.table for value in (*PROJECTIONS, *ROLL_UPS)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_and_cells_are_written_in_key_order(table: Table) -> None:
    """Without it, workers on other partitions dead-lock."""
    for statement in (statements.upsert(table), statements.add(table)):
        assert f" ORDER BY {', '.join(table.key)} ON CONFLICT" in statement
