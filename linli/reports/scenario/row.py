"""A row of the reference scenario: what the zone does, the figures that must come out, and the query that finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from linli.reports.metrics import Text
from producers.scenario.figures import Figure, Range

Verdict = Literal["ok", "differs", "not yet told"]

HERE: Final = """
WITH here AS MATERIALIZED (
    SELECT place_id FROM place_ancestors
    WHERE ancestor_id = %(zone)s AND hierarchy = 'administrative' AND %(day)s >= valid_from AND %(day)s < valid_to
)"""
"""The places of the zone on the day as of which it is read; every query of a row begins with it."""


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """`figures`: name → what is expected. `query`: one row with these names as columns, over the views named in `views`.

    Parameters: %(zone)s place id, %(day)s the local day as of whose end it is read, %(source)s the scenario's source.
    Without a query the row is not yet told: `views` then says what is missing.
    """

    id: str
    what: Text
    zone: str
    figures: Mapping[str, Figure]
    views: tuple[str, ...]
    query: str | None = None


def agrees(expected: Figure, found: float | None) -> bool:
    """Whether the figure came out: within a range, else the very number."""
    if found is None:
        return False
    return found in expected if isinstance(expected, Range) else found == expected
