"""Hazards found and cleared."""

from __future__ import annotations

from typing import Any

from schemas.catalogue import HAZARDS
from tests.histories import Told
from tests.unit.projections.life import at, rows, told


def found(hours: float = 0, **values: Any) -> Told:
    return told("HazardFound", hours, HAZARDS, **values)


def cleared(hours: float = 2, **values: Any) -> Told:
    return told("HazardCleared", hours, HAZARDS, **values)


def hazard(*history: Told) -> dict[str, Any]:
    (row,) = rows("hazards", *history, family=HAZARDS)
    return row


def test_a_hazard_is_cleared_by_the_first_clearing_after_it_was_found() -> None:
    row = hazard(found(2), cleared(1), cleared(8, cleared_by="b"), cleared(9, cleared_by="c"))
    assert (row["cleared_at"], row["cleared_by"], row["seconds_to_clear"]) == (at(8), "b", 6 * 3600)
    assert (str(row["found_day"]), str(row["cleared_day"])) == ("2025-10-09", "2025-10-10")


def test_a_hazard_cleared_within_the_minute_it_was_found() -> None:
    assert hazard(cleared(0), found(0))["seconds_to_clear"] == 0


def test_what_nobody_cleared_is_open() -> None:
    row = hazard(found(), cleared(id="c"), told("EventAnnulled", 9, HAZARDS, targets=["c"]))
    assert (row["cleared_at"], row["cleared_day"], row["seconds_to_clear"], row["outcome"]) == (None,) * 4


def test_only_stated_times_tell_how_long_it_took() -> None:
    for history in (
        (found(occurred_at_basis="assumed"), cleared()),
        (found(), cleared(occurred_at_basis="substituted")),
    ):
        row = hazard(*history)
        assert (row["cleared_at"], row["seconds_to_clear"]) == (at(2), None)


def test_found_by_two_it_counts_from_the_first_and_is_as_stated_last() -> None:
    row = hazard(found(0, source="a", severity="general"), found(1, source="b", severity="major"), cleared(3))
    assert (row["found_at"], row["severity"], row["seconds_to_clear"]) == (at(0), "major", 3 * 3600)


def test_a_clearing_alone_is_no_hazard() -> None:
    assert rows("hazards", cleared(), family=HAZARDS) == []
