"""Persons as last profiled, and the offices that they hold over local days."""

from __future__ import annotations

from datetime import date
from typing import Any

from schemas.catalogue import PERSONS
from tests.histories import Told
from tests.unit.projections.life import rows, told
from tests.unit.projections.test_registers import day


def appointed(hours: float = 0, **values: Any) -> Told:
    return told(
        "PersonAppointed", hours, PERSONS, **{"appointment_id": "1", "role": "secretary", "valid_from": 1, **values}
    )


def ended(valid_to: int, hours: float = 1, **values: Any) -> Told:
    return told("AppointmentEnded", hours, PERSONS, **{"appointment_id": "1", "valid_to": valid_to, **values})


def held(*history: Told) -> list[tuple[str, date, date | None]]:
    found = rows("appointments", *history, family=PERSONS)
    return [(row["appointment_id"], row["valid_from"], row["valid_to"]) for row in found]


def test_a_person_is_as_last_profiled() -> None:
    younger = told("PersonProfiled", 0, PERSONS, birth_year=1970, education="senior", id="a")
    corrected = told("PersonProfiled", 1, PERSONS, birth_year=1971, education="college", id="b")
    (row,) = rows("persons", corrected, younger, family=PERSONS)
    assert (row["birth_year"], row["education"]) == (1971, "college")
    annulled = told("EventAnnulled", 2, PERSONS, targets=["b"])
    assert [row["birth_year"] for row in rows("persons", corrected, younger, annulled, family=PERSONS)] == [1970]


def test_each_office_ends_on_its_own() -> None:
    found = held(appointed(), appointed(1, appointment_id="2", valid_from=5), ended(10), ended(20, 3))
    assert found == [("1", day(1), day(10)), ("2", day(5), None)]


def test_an_office_ends_on_the_earliest_day_stated() -> None:
    assert held(appointed(valid_to=7), ended(10)) == [("1", day(1), day(7))]
    assert held(appointed(valid_to=20), ended(10)) == [("1", day(1), day(10))]


def test_an_office_restated_is_as_stated_last() -> None:
    assert held(appointed(valid_from=2, valid_to=9, id="b"), appointed(1, valid_from=3)) == [("1", day(3), None)]


def test_whoever_was_only_dismissed_or_only_appointed_has_no_more_rows_than_that() -> None:
    assert held(ended(10)) == []
    assert rows("persons", appointed(), family=PERSONS) == []
    assert held(appointed(id="x"), told("EventAnnulled", 5, PERSONS, targets=["x"])) == []
