"""Projects, from the list to the end."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.catalogue import PROJECTS
from tests.histories import Told
from tests.unit.projections.life import at, rows, told

LISTED = told("ProjectListed", 0, PROJECTS, quantity=6, unit="lifts", case_ids=["hotline:2", "hotline:1", "hotline:2"])


def progressed(hours: float = 1, **values: Any) -> Told:
    return told("ProjectProgressed", hours, PROJECTS, **values)


def finished(hours: float = 8, **values: Any) -> Told:
    return told("ProjectFinished", hours, PROJECTS, **values)


def project(*history: Told) -> dict[str, Any]:
    (row,) = rows("projects", *history, family=PROJECTS)
    return row


@pytest.mark.parametrize(
    ("later", "state"),
    [
        ((), "listed"),
        ((progressed(),), "progressing"),
        ((finished(),), "finished"),
        ((progressed(), finished(outcome="completed")), "finished"),
        ((finished(outcome="abandoned"), progressed(9)), "abandoned"),
        ((finished(id="f"), told("EventAnnulled", 9, PROJECTS, targets=["f"])), "listed"),
    ],
)
def test_its_state(later: tuple[Told, ...], state: str) -> None:
    assert project(LISTED, *later)["state"] == state


def test_progress_is_as_last_stated_value_by_value() -> None:
    row = project(LISTED, progressed(1, percent=30, spent_cents=100), progressed(2, stage="halted"))
    assert (row["percent"], row["spent_cents"], row["stage"], row["progressed_at"]) == (30, 100, "halted", at(2))


def test_what_was_planned_stands_beside_what_was_done() -> None:
    row = project(LISTED, finished(quantity=5, unit="lifts", cost_cents=7))
    assert (row["planned_quantity"], row["quantity"], row["cost_cents"]) == (6, 5, 7)
    assert (str(row["listed_day"]), str(row["finished_day"])) == ("2025-10-09", "2025-10-10")


def test_it_answers_each_case_once() -> None:
    found = rows("project_cases", LISTED, LISTED, family=PROJECTS)
    assert [row["case_id"] for row in found] == ["hotline:1", "hotline:2"]


def test_progress_of_what_was_never_listed_has_no_row() -> None:
    assert rows("projects", progressed(), finished(), family=PROJECTS) == []
