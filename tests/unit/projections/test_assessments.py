"""Assessments of parties."""

from __future__ import annotations

from typing import Any

from schemas.catalogue import PARTIES
from tests.histories import Told
from tests.unit.projections.life import rows, told


def assessed(hours: float, assessment_id: str, score: float, **values: Any) -> Told:
    return told("PartyAssessed", hours, PARTIES, assessment_id=assessment_id, score=score, **values)


def test_a_party_has_one_row_an_assessment_with_what_it_feeds() -> None:
    first = assessed(0, "2022", 88.5, feeds=["industry", "bidding", "credit", "appointment", "credit"])
    wrong, right = assessed(1, "2023", 10), assessed(2, "2023", 91)
    found = rows("assessments", first, right, wrong, family=PARTIES)
    assert [(row["assessment_id"], row["score"], row["feeds"]) for row in found] == [
        ("2022", 88.5, "appointment,bidding,credit,industry"),
        ("2023", 91.0, None),
    ]


def test_the_day_of_an_assessment_is_local() -> None:
    (row,) = rows("assessments", assessed(8, "2023", 1), family=PARTIES)
    assert (str(row["at"].date()), str(row["day"]), row["time_zone"]) == ("2025-10-09", "2025-10-10", "Asia/Shanghai")


def test_an_annulled_assessment_is_gone() -> None:
    annulled = told("EventAnnulled", 1, PARTIES, targets=["PartyAssessed@0"])
    assert rows("assessments", assessed(0, "2023", 1), annulled, family=PARTIES) == []
