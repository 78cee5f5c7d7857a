"""An error tells what, where, what was expected and what to do; to people, to programs, and to other processes."""

from __future__ import annotations

import pickle

from schemas.errors import BadCell, LinliError, NoProgress, Refused, WrongUsage


def error() -> BadCell:
    return BadCell(
        "12.13.2020 is no date", where="a.csv row 7", expected="day.month.year", remedy="mend it", column="filed"
    )


def test_as_a_sentence() -> None:
    assert str(error()) == "a.csv row 7: 12.13.2020 is no date; expected day.month.year; mend it"
    assert str(LinliError("no")) == "no"


def test_as_a_document() -> None:
    told = error().as_dict()
    assert told["code"] == "input.cell"
    assert told["column"] == "filed"
    assert LinliError("no").as_dict() == {"code": "linli", "what": "no"}


def test_it_survives_the_way_between_processes() -> None:
    sent = error()
    got = pickle.loads(pickle.dumps(sent))
    assert (type(got), got.as_dict(), str(got)) == (BadCell, sent.as_dict(), str(sent))


def test_exit_codes() -> None:
    assert [kind("x").exit_code for kind in (LinliError, WrongUsage, Refused, NoProgress)] == [1, 2, 4, 70]
