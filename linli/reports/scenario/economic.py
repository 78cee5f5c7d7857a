"""Rows of the economic zone."""

from __future__ import annotations

from typing import Final

from linli.reports.scenario.row import ScenarioRow

ECONOMIC_ROWS: Final[tuple[ScenarioRow, ...]] = ()
