"""Who had to act, and did so in time: against figures worked out by hand, and against a plain resolution day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.reports.accountability import DENOMINATORS
from linli.reports.document import Document
from linli.reports.session import reading
from schemas.catalogue import COMPLAINTS, ZONES
from schemas.errors import WrongUsage
from tests.integration.reports.city import City

PARTS = ("in_time", "late", "open_overdue", "open_not_due", "no_target", "withdrawn")


def by(document: Document, dimension: str, measure: str = "cases") -> dict[Any, Any]:
    """Value → measure, rows without any case left out."""
    return {row[dimension]: row[measure] for row in document.rows if row["n"] or any(row[part] for part in PARTS)}


def parts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[part] for part in PARTS)


@pytest.fixture
def deadlines(city: City) -> City:
    """Seven cases of one unit, one of each verdict as at 2023-03-20, and one without any unit."""
    city.party("works", "Public Works", kind="department")
    city.party("parks", "Parks", kind="department")
    city.party("home", "Home Committee")
    filed = {"party_id": "town:works", "due_at": "2023-03-10T00:00:00"}
    for ref in ("in time", "on the dot", "late", "overdue", "withdrawn"):
        city.case(ref, "Filed", "2023-03-01T02:00:00", **filed)
    city.case("in time", "Closed", "2023-03-09T00:00:00")
    city.case("on the dot", "Closed", "2023-03-10T00:00:00")
    city.case("late", "Closed", "2023-03-10T00:00:01")
    city.case("withdrawn", "Withdrawn", "2023-03-12T00:00:00")
    city.case("not due", "Filed", "2023-03-01T02:00:00", party_id="town:works", due_at="2023-03-30T00:00:00")
    city.case("no target", "Filed", "2023-03-01T02:00:00", party_id="town:works")
    city.case("no unit", "Filed", "2023-03-01T02:00:00", due_at="2023-03-10T00:00:00")
    return city


MARCH_20 = datetime(2023, 3, 20, tzinfo=UTC)


class TestByUnit:
    def test_every_verdict(self, deadlines: City) -> None:
        document = deadlines.report("accountability", "unit", at=MARCH_20)
        rows = {row["unit"]: row for row in document.rows}
        assert parts(rows["Public Works"]) == (2, 1, 1, 1, 1, 1)
        assert (rows["Public Works"]["numerator"], rows["Public Works"]["denominator"]) == (2, 4)
        assert rows["Public Works"]["on_time_ratio"] == 0.5
        assert parts(rows["unassigned"]) == (0, 0, 1, 0, 0, 0)

    def test_the_parts_sum_to_the_items(self, deadlines: City) -> None:
        totals = deadlines.report("accountability", "unit", at=MARCH_20).totals
        assert sum(parts(totals)) == totals["n"] == totals["cases"] == 8

    def test_a_unit_without_cases_stays_and_0_of_0_is_no_number(self, deadlines: City) -> None:
        rows = {row["unit"]: row for row in deadlines.report("accountability", "unit").rows}
        assert (rows["Parks"]["cases"], rows["Parks"]["denominator"], rows["Parks"]["on_time_ratio"]) == (0, 0, None)
        assert "Home Committee" not in rows  # no body of its kind handles cases

    @pytest.mark.parametrize(
        ("denominator", "expected"),
        [("due", (2, 5)), ("all", (2, 7)), ("resolved", (2, 3)), ("resolved_or_overdue", (2, 5))],
    )
    def test_denominators_by_name(self, deadlines: City, denominator: str, expected: tuple[int, int]) -> None:
        document = deadlines.report("accountability", "unit", at=MARCH_20, denominator=denominator)
        assert (document.totals["numerator"], document.totals["denominator"]) == expected
        assert document.metric.id == f"on_time_{denominator}"

    def test_the_total_is_the_ratio_of_the_sums(self, deadlines: City) -> None:
        document = deadlines.report("accountability", "unit", at=MARCH_20)
        for name in ("numerator", "denominator"):
            assert document.totals[name] == sum(row[name] for row in document.rows)

    def test_two_dispatches_of_a_case_are_two_items_of_one_case(self, city: City) -> None:
        city.party("works", "Works", kind="department")
        city.party("parks", "Parks", kind="department")
        city.case("1", "Filed", "2023-03-01T02:00:00")
        for dispatch, unit in (("d1", "works"), ("d2", "works"), ("d3", "parks")):
            city.case("1", "Dispatched", "2023-03-01T03:00:00", dispatch_id=dispatch, to_party_id=f"town:{unit}")
        document = city.report("accountability", "unit")
        assert {row["unit"]: (row["n"], row["cases"]) for row in document.rows} == {"Works": (2, 1), "Parks": (1, 1)}
        assert (document.totals["n"], document.totals["cases"]) == (3, 1)

    def test_a_relocated_case_keeps_earlier_dispatches_at_the_earlier_place(self, city: City) -> None:
        city.place("a", "A")
        city.place("b", "B")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        city.case("1", "Dispatched", "2023-03-01T03:00:00", dispatch_id="d1", to_party_id="town:x")
        city.case("1", "Relocated", "2023-03-02T03:00:00", place_id="town:b")
        city.case("1", "Dispatched", "2023-03-02T04:00:00", dispatch_id="d2", to_party_id="town:y")
        assert by(city.report("accountability", "unit", place="A"), "unit") == {"town:x": 1}
        assert by(city.report("accountability", "unit", place="B"), "unit") == {"town:y": 1}
        assert city.report("accountability", "zone", place="B").totals["cases"] == 1


class TestDueInThePeriod:
    """Each item belongs to the one period in which the earlier of finish and deadline falls."""

    @pytest.fixture
    def year(self, city: City) -> City:
        for month in range(1, 13):
            for day, lasts in ((3, 2), (17, 40), (25, 9)):
                ref = f"{month}-{day}"
                filed = datetime(2022, month, day, 2, tzinfo=UTC)
                city.case(ref, "Filed", filed.isoformat(), due_at=(filed + timedelta(days=10)).isoformat())
                if (month + day) % 5:
                    city.case(ref, "Closed", (filed + timedelta(days=lasts)).isoformat())
        return city

    @pytest.mark.parametrize("settled", ["end", "now"])
    def test_months_sum_to_the_year(self, year: City, settled: str) -> None:
        starts = [*(date(2022, month, 1) for month in range(1, 13)), *(date(2023, month, 1) for month in range(1, 4))]
        months = [
            year.report(
                "accountability", "unit", since=start.isoformat(), until=end.isoformat(), settled=settled
            ).totals
            for start, end in pairwise(starts)
        ]
        whole = year.report("accountability", "unit", since="2022-01-01", until="2023-03-01", settled=settled).totals
        for name in ("denominator", "in_time"):
            assert sum(month[name] for month in months) == whole[name]
        if settled == "now":
            assert sum(month["late"] for month in months) == whole["late"]

    def test_what_was_finished_after_the_period_counts_only_when_settled_now(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00", due_at="2023-03-20T00:00:00")
        city.case("1", "Closed", "2023-04-02T00:00:00")
        march: dict[str, Any] = {"since": "2023-03-01", "until": "2023-04-01"}
        at_end = city.report("accountability", "unit", **march).totals
        assert (at_end["late"], at_end["open_overdue"]) == (0, 1)
        now = city.report("accountability", "unit", **march, settled="now").totals
        assert (now["late"], now["open_overdue"]) == (1, 0)

    def test_an_early_finisher_counts_where_it_finished(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00", due_at="2023-04-20T00:00:00")
        city.case("1", "Closed", "2023-03-31T15:59:00")  # 23:59 in Shanghai
        assert city.report("accountability", "unit", since="2023-03-01", until="2023-04-01").totals["in_time"] == 1
        assert city.report("accountability", "unit", since="2023-04-01", until="2023-05-01").totals["denominator"] == 0


class TestByZone:
    def test_the_nearest_assignment_wins(self, city: City) -> None:
        city.place("county", "County", kind="county")
        city.place("street", "Street", "county", kind="street")
        city.place("a", "A", "street")
        city.place("b", "B", "street")
        city.place("c", "C", "county")
        for party in ("far", "near", "own"):
            city.party(party, party.title())
        city.assigned("1", "county", "far")
        city.assigned("2", "street", "near")
        city.assigned("3", "a", "own")
        for place in ("a", "b", "c"):
            city.case(place, "Filed", "2023-03-01T02:00:00", place_id=f"town:{place}")
        city.case("x", "Filed", "2023-03-01T02:00:00", place_id="town:elsewhere")
        city.case("y", "Filed", "2023-03-01T02:00:00")
        expected = {"Own": 1, "Near": 1, "Far": 1, "unassigned": 1, "unlocated": 1}
        assert by(city.report("accountability", "zone"), "zone") == expected

    def test_days_are_half_open(self, city: City) -> None:
        city.place("a", "A")
        city.party("p", "P")
        city.party("q", "Q")
        city.assigned("1", "a", "p", valid_from="2023-03-02", valid_to="2023-03-04")
        city.assigned("2", "a", "q", valid_from="2023-03-04")
        for day in range(1, 6):
            city.case(str(day), "Filed", f"2023-03-0{day}T02:00:00", place_id="town:a")
        assert by(city.report("accountability", "zone"), "zone") == {"unassigned": 1, "P": 2, "Q": 2}

    def test_an_overlap_shows_on_both_and_counts_once(self, city: City) -> None:
        city.place("a", "A")
        city.party("p", "P")
        city.party("q", "Q")
        city.assigned("1", "a", "p")
        city.assigned("2", "a", "q", valid_from="2023-03-02")
        for day in (1, 2, 3):
            city.case(str(day), "Filed", f"2023-03-0{day}T02:00:00", place_id="town:a")
        document = city.report("accountability", "zone")
        assert by(document, "zone") == {"P": 3, "Q": 2}
        assert document.totals["cases"] == 3
        assert "overlap" in document.remarks[0].en

    def test_the_same_party_twice_is_no_overlap(self, city: City) -> None:
        city.place("a", "A")
        city.assigned("1", "a", "p")
        city.assigned("2", "a", "p")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        assert by(city.report("accountability", "zone"), "zone") == {"town:p": 1}

    def test_fallback_is_shown(self, city: City) -> None:
        city.place("a", "A")
        city.place("b", "B")
        city.assigned("1", "a", "p", basis="fallback")
        city.assigned("2", "b", "p")
        for place in ("a", "a", "b"):
            city.case(
                f"{place}{city.applied}{len(city.log.records)}",
                "Filed",
                "2023-03-01T02:00:00",
                place_id=f"town:{place}",
            )
        (row,) = city.report("accountability", "zone").rows
        assert (row["cases"], row["fallback"]) == (3, 2)

    def test_inheritance_goes_along_the_duty_s_own_hierarchy(self, city: City) -> None:
        parents = [
            {"hierarchy": "administrative", "place_id": "town:street"},
            {"hierarchy": "grid", "place_id": "town:grid"},
        ]
        city.place("street", "Street", kind="street")
        city.place("grid", "Grid", kind="grid")
        city.place("a", "A", parents=parents)
        city.assigned("1", "street", "p", duty="supervision")
        city.assigned("2", "grid", "q", duty="patrol", hierarchy="grid")
        city.assigned(
            "3", "grid", "r", duty="supervision"
        )  # reaches what lies below the grid administratively: nothing
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        document = city.report("accountability", "zone")
        assert {(row["duty"], row["zone"]): row["cases"] for row in document.rows if row["cases"]} == {
            ("supervision", "town:p"): 1, ("patrol", "town:q"): 1,
        }  # fmt: skip
        assert document.totals["cases"] == 1
        assert by(city.report("accountability", "zone", duty="patrol"), "zone") == {"town:q": 1}

    def test_an_unknown_duty_is_wrong_usage(self, city: City) -> None:
        city.assigned("1", "street", "p", duty="supervision")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        with pytest.raises(WrongUsage, match="supervision"):
            city.report("accountability", "zone", duty="patrol")

    def test_due_figures_stand_with_whoever_answered_on_the_due_day(self, city: City) -> None:
        city.place("a", "A")
        city.assigned("1", "a", "p", valid_to="2023-03-05")
        city.assigned("2", "a", "q", valid_from="2023-03-05")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a", due_at="2023-03-08T00:00:00")
        rows = {row["zone"]: row for row in city.report("accountability", "zone", at=MARCH_20).rows}
        assert (rows["town:p"]["cases"], rows["town:p"]["open_overdue"]) == (1, 0)
        assert (rows["town:q"]["cases"], rows["town:q"]["open_overdue"]) == (0, 1)
        filed = {row["zone"]: row for row in city.report("accountability", "zone", at=MARCH_20, denominator="all").rows}
        assert (filed["town:p"]["open_overdue"], filed["town:q"]["open_overdue"]) == (1, 0)

    def test_a_zone_corrected_late_restates_the_past(self, city: City) -> None:
        city.place("a", "A")
        city.assigned("1", "a", "p")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        assert by(city.report("accountability", "zone"), "zone") == {"town:p": 1}
        wrong = city.log.records[1].event_id
        city.annul(ZONES, "1", wrong)
        city.assigned("2", "a", "q")
        assert by(city.report("accountability", "zone"), "zone") == {"town:q": 1}

    def test_the_tree_is_that_of_the_day(self, city: City) -> None:
        for street in ("x", "y"):
            city.place(street, street, kind="street")
            city.assigned(street, street, f"of-{street}")
        city.place("a", "A", "x")
        city.moved("a", "y", "2023-03-02")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        city.case("2", "Filed", "2023-03-02T02:00:00", place_id="town:a")
        assert by(city.report("accountability", "zone"), "zone") == {"town:of-x": 1, "town:of-y": 1}

    def test_a_retired_place_has_nobody(self, city: City) -> None:
        city.place("x", "X", kind="street")
        city.assigned("1", "x", "p")
        city.place("a", "A", "x")
        city.retired("a", "2023-03-02")
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        city.case("2", "Filed", "2023-03-02T02:00:00", place_id="town:a")
        assert by(city.report("accountability", "zone"), "zone") == {"town:p": 1, "unassigned": 1}

    def test_nobody_is_assigned_anything(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00", place_id="town:a")
        document = city.report("accountability", "zone")
        assert by(document, "zone") == {"unassigned": 1}
        assert document.remarks


class TestCoverage:
    def test_gaps_overlaps_and_hand_overs(self, city: City) -> None:
        city.place("a", "A", valid_from="2023-01-01")
        city.retired("a", "2024-01-01")
        city.assigned("1", "a", "p", valid_from="2023-02-01", valid_to="2023-06-01")
        city.assigned("2", "a", "q", valid_from="2023-05-01", valid_to="2023-08-01")
        city.assigned("3", "a", "r", valid_from="2023-08-01", valid_to="2023-10-01")
        city.apply()
        with reading(city.url) as session:
            gaps = session.rows("SELECT valid_from::text, valid_to::text FROM coverage_gaps ORDER BY valid_from")
            overlaps = session.rows("SELECT valid_from::text, valid_to::text, parties FROM coverage_overlaps")
            passed = session.rows("SELECT day::text, from_party_id, to_party_id FROM hand_overs")
        assert [tuple(row.values()) for row in gaps] == [("2023-01-01", "2023-02-01"), ("2023-10-01", "2024-01-01")]
        assert [tuple(row.values()) for row in overlaps] == [("2023-05-01", "2023-06-01", 2)]
        assert [tuple(row.values()) for row in passed] == [("2023-08-01", "town:q", "town:r")]


PLACES_OF = ("root", "left", "right", "leaf")
DAYS = [date(2023, 3, 1) + timedelta(days=number) for number in range(12)]
SPAN = st.tuples(st.integers(0, 11), st.integers(1, 12)).map(
    lambda pair: (DAYS[pair[0]], DAYS[0] + timedelta(days=pair[0] + pair[1]))
)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Assignments anywhere in a small tree whose leaf moves once, and cases with and without a deadline."""
    zones = draw(st.lists(st.tuples(st.sampled_from(PLACES_OF), st.sampled_from("pqr"), SPAN), max_size=5))
    where = st.sampled_from([*PLACES_OF, "outside", None])
    lasts = st.one_of(st.none(), st.integers(0, 9))
    cases = draw(st.lists(st.tuples(where, st.integers(0, 11), lasts, lasts), min_size=1, max_size=8))
    return {"zones": zones, "cases": cases, "moves": draw(st.integers(0, 11))}


def answers(world: dict[str, Any], place: str | None, day: date) -> set[str]:
    """Plainly: climb until somebody is assigned."""
    parents = {"left": "root", "right": "root", "leaf": "right" if day >= DAYS[world["moves"]] else "left"}
    while place is not None:
        found = {party for at, party, (start, end) in world["zones"] if at == place and start <= day < end}
        if found:
            return {f"town:{party}" for party in found}
        place = parents.get(place)
    return {"unassigned"}


@settings(max_examples=25, deadline=None)
@given(world=worlds())
def test_parties_and_unassigned_and_unlocated_are_all_cases(world: dict[str, Any], database: str) -> None:
    """Against a plain resolution of each case, day by day; every item of the total is somewhere."""
    with City.founded(database) as city:
        check(city, world)


def check(city: City, world: dict[str, Any]) -> None:
    city.place("root", "root")
    for place in ("left", "right"):
        city.place(place, place, "root")
    city.place("leaf", "leaf", "left")
    city.moved("leaf", "right", DAYS[world["moves"]].isoformat())
    for number, (place, party, (start, end)) in enumerate(world["zones"]):
        city.assigned(str(number), place, party, valid_from=start.isoformat(), valid_to=end.isoformat())
    expected: dict[tuple[str, str], int] = {}
    at = datetime(2023, 3, 9, tzinfo=UTC)
    noon = timedelta(hours=12)
    for number, (place, filed, due, lasts) in enumerate(world["cases"]):
        begin = datetime(2023, 3, 1, tzinfo=UTC) + timedelta(days=filed) - timedelta(hours=8)  # 00:00 in Shanghai
        deadline = None if due is None else begin + timedelta(days=due) + noon
        end = None if lasts is None else begin + timedelta(days=lasts)
        ref = str(number)
        told = {"place_id": f"town:{place}"} if place else {}
        city.case(ref, "Filed", begin.isoformat(), due_at=deadline.isoformat() if deadline else None, **told)
        if end is not None:
            city.case(ref, "Closed", end.isoformat())
        if begin > at:
            continue
        done = end if end is not None and end <= at else None
        verdict, axis = _plainly(begin, deadline, done, at)
        for measure, day in (("cases", begin), (verdict, axis)):
            local = (day + timedelta(hours=8)).date()
            for zone in ("unlocated",) if place is None else answers(world, place, local):
                expected[zone, measure] = expected.get((zone, measure), 0) + 1
    if not expected:
        return
    document = city.report("accountability", "zone", at=at)
    shown = {(row["zone"], name): row[name] for row in document.rows for name in ("cases", *PARTS) if row[name]}
    if any("overlap" in remark.en for remark in document.remarks):
        assert sum(row["cases"] for row in document.rows) > document.totals["cases"]
    else:
        assert sum(row["cases"] for row in document.rows) == document.totals["cases"]
    assert shown == expected
    assert sum(parts(document.totals)) == document.totals["cases"]


def _plainly(begin: datetime, deadline: datetime | None, done: datetime | None, at: datetime) -> tuple[str, datetime]:
    if deadline is None:
        return "no_target", begin
    if done is not None:
        return ("in_time" if done <= deadline else "late"), min(done, deadline)
    return ("open_overdue", deadline) if deadline < at else ("open_not_due", begin)


def test_denominators_name_only_verdicts() -> None:
    assert all(set(measures) <= set(PARTS) for measures in DENOMINATORS.values())
    assert COMPLAINTS.key == "case_id"
