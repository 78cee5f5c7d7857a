"""Counts against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from linli.reports.document import Document
from schemas.catalogue import COMPLAINTS
from schemas.errors import Refused, WrongUsage
from tests.integration.reports.city import City


def cases(document: Document, *by: str) -> dict[Any, int]:
    return {tuple(row[name] for name in by) if len(by) > 1 else row[by[0]]: row["cases"] for row in document.rows}


@pytest.fixture
def filled(city: City) -> City:
    """Five cases: two open, one closed, one voided, one referred; and one that was never filed."""
    city.place("county", "North", kind="county")
    city.place("a", "Spring Street", "county")
    city.place("b", "Old Mill", "county")
    city.party("works", "Public Works", kind="department", sort_number=2)
    city.party("parks", "Parks", kind="department", sort_number=1)
    city.case(
        "1", "Filed", "2023-03-01T02:00:00", category="noise", channel="app", place_id="town:a", party_id="town:works"
    )
    city.case(
        "2", "Filed", "2023-03-01T17:00:00", category="noise", channel="phone", place_id="town:b", party_id="town:parks"
    )
    city.case(
        "3", "Filed", "2023-03-02T02:00:00", category="waste", channel="app", place_id="town:a", party_id="town:works"
    )
    city.case("3", "Closed", "2023-03-03T02:00:00", sub_status="done")
    city.case("4", "Filed", "2023-03-03T02:00:00", category="waste", channel="app", place_id="town:nowhere")
    city.case("4", "Voided", "2023-03-03T03:00:00")
    city.case("5", "Filed", "2023-03-03T02:00:00")
    city.case("5", "Closed", "2023-03-03T03:00:00", disposition="referred")
    city.case("6", "Closed", "2023-03-03T03:00:00")
    return city


class TestCounts:
    def test_by_status(self, filled: City) -> None:
        document = filled.report("counts", "status")
        assert cases(document, "status") == {"open": 2, "closed": 1, "voided": 1, "referred": 1}
        assert document.totals == {"n": 5, "cases": 5, "open": 2, "closed": 1, "voided": 1, "referred": 1}

    def test_a_case_without_filing_is_left_out_and_told(self, filled: City) -> None:
        (left,) = filled.report("counts").left_out
        assert (left.code, left.n) == ("no_founding_fact", 1)

    def test_by_place_with_what_is_missing_last(self, filled: City) -> None:
        rows = filled.report("counts", "place").rows
        assert [(row["place"], row["place_id"], row["cases"]) for row in rows] == [
            ("Old Mill", "town:b", 1),
            ("Spring Street", "town:a", 2),
            ("town:nowhere", "town:nowhere", 1),
            ("unlocated", None, 1),
        ]

    def test_parties_stand_in_their_official_order(self, filled: City) -> None:
        rows = filled.report("counts", "party").rows
        assert [(row["party"], row["cases"]) for row in rows] == [("Parks", 1), ("Public Works", 2), ("unassigned", 2)]

    def test_a_day_is_local(self, filled: City) -> None:
        # 2023-03-01T17:00Z is 01:00 of the next day in Shanghai
        assert {str(day): n for day, n in cases(filled.report("counts", "day"), "day").items()} == {
            "2023-03-01": 1, "2023-03-02": 2, "2023-03-03": 2,
        }  # fmt: skip

    @pytest.mark.parametrize(
        "by", [("status",), ("day",), ("place", "category"), ("month",), ("channel", "source"), ()]
    )
    def test_every_slice_sums_to_the_total(self, filled: City, by: tuple[str, ...]) -> None:
        assert sum(row["cases"] for row in filled.report("counts", *by).rows) == 5

    def test_the_period_is_half_open(self, filled: City) -> None:
        assert filled.report("counts", since="2023-03-02", until="2023-03-03").totals["cases"] == 2
        assert filled.report("counts", "status", since="2023-03-02", until="2023-03-03").totals["cases"] == 2

    def test_a_place_includes_all_below_it(self, filled: City) -> None:
        for by in ((), ("channel",)):
            assert filled.report("counts", *by, place="North").totals["cases"] == 3
            assert filled.report("counts", *by, place="town:a").totals["cases"] == 2

    def test_rolled_up_to_a_level(self, filled: City) -> None:
        for by in (("place",), ("place", "status")):
            document = filled.report("counts", *by, level="county")
            totals: dict[str, int] = {}
            for row in document.rows:
                totals[row["place"]] = totals.get(row["place"], 0) + row["cases"]
            assert totals == {"North": 3, "unlocated": 2}

    def test_an_unknown_place_is_wrong_usage(self, filled: City) -> None:
        with pytest.raises(WrongUsage, match="Old Mill") as raised:
            filled.report("counts", place="Mill")
        assert raised.value.code == "usage.place"

    def test_nothing_at_all_is_no_error(self, city: City) -> None:
        document = city.report("counts", "status")
        assert document.rows == []
        assert document.freshness.state == "empty"


class TestPlaceTreeOfTheDay:
    def test_a_moved_place_counts_where_it_was_on_the_day(self, city: City) -> None:
        city.place("north", "North", kind="county")
        city.place("south", "South", kind="county")
        city.place("a", "A", "north")
        city.moved("a", "south", "2023-06-01")
        city.case("1", "Filed", "2023-05-31T02:00:00", place_id="town:a")
        city.case("2", "Filed", "2023-06-01T02:00:00", place_id="town:a")
        city.case("3", "Filed", "2023-06-02T02:00:00", place_id="town:a")
        assert city.report("counts", "status", place="North").totals["cases"] == 1
        assert city.report("counts", place="South").totals["cases"] == 2

    def test_a_retired_place_lies_below_nothing_but_is_still_itself(self, city: City) -> None:
        city.place("north", "North", kind="county")
        city.place("a", "A", "north")
        city.retired("a", "2023-06-01")
        city.case("1", "Filed", "2023-05-31T02:00:00", place_id="town:a")
        city.case("2", "Filed", "2023-06-01T02:00:00", place_id="town:a")
        assert city.report("counts", place="North").totals["cases"] == 1
        assert city.report("counts", place="A").totals["cases"] == 2

    def test_one_name_may_stand_for_several_places(self, city: City) -> None:
        for number in ("1", "2"):
            city.place(number, "Sunshine Garden")
            city.case(number, "Filed", "2023-05-31T02:00:00", place_id=f"town:{number}")
        assert city.report("counts", place="Sunshine Garden").totals["cases"] == 2
        assert [row["place_id"] for row in city.report("counts", "place").rows] == ["town:1", "town:2"]

    def test_a_circle_of_places_ends(self, city: City) -> None:
        city.place("a", "A", "b")
        city.place("b", "B", "a")
        city.case("1", "Filed", "2023-05-31T02:00:00", place_id="town:a")
        assert city.report("counts", place="B").totals["cases"] == 1


class TestAsOf:
    def test_the_state_at_an_instant(self, filled: City) -> None:
        then = filled.report("counts", "status", at=datetime(2023, 3, 3, 2, 30, tzinfo=UTC))
        assert cases(then, "status") == {"open": 4, "closed": 1}

    def test_an_instant_counts_itself(self, filled: City) -> None:
        assert filled.report("counts", at=datetime(2023, 3, 1, 2, 0, tzinfo=UTC)).totals["cases"] == 1

    def test_later_than_everything_is_the_present(self, filled: City) -> None:
        then = filled.report("counts", "status", "place", at=datetime(2023, 12, 1, tzinfo=UTC))
        assert then.rows == filled.report("counts", "status", "place").rows

    def test_a_correction_made_since_holds_for_the_past(self, filled: City) -> None:
        wrong = filled.case("7", "Filed", "2023-03-01T02:00:00")
        filled.annul(COMPLAINTS, "7", wrong, at="2023-11-01")
        assert filled.report("counts", at=datetime(2023, 3, 2, tzinfo=UTC)).totals["cases"] == 2

    def test_before_the_first_fact_is_refused(self, filled: City) -> None:
        with pytest.raises(Refused) as raised:
            filled.report("counts", at=datetime(2020, 1, 1, tzinfo=UTC))
        assert raised.value.code == "refused.before_first"

    def test_before_a_source_s_first_fact_it_is_refused_too(self, filled: City) -> None:
        filled.source = "village"
        filled.case("1", "Filed", "2023-06-01T02:00:00", place_id="village:a")
        at = datetime(2023, 5, 1, tzinfo=UTC)
        assert filled.report("counts", at=at).totals["cases"] == 5
        for asked in ({"source": "village"}, {"place": "village:a"}):
            with pytest.raises(Refused):
                filled.report("counts", at=at, **asked)
