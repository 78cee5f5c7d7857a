"""The main job on real input: a city's file goes in, counts, response times and accountability come out.

The figures are those published with the files (`metrics.md` beside the data), by label.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command import Linli

pytestmark = pytest.mark.e2e

FILES = {
    "los-angeles-311": ("los_angeles_311_2020.csv", 10_000),
    "boston-311": ("boston_311_100.csv", 100),
    "chicago-open311": ("chicago_open311_50.json", 50),
}


@pytest.fixture(scope="module")
def imports(linli: Linli, city_data: Path) -> dict[str, Any]:
    """All three files imported once and projected: each import's reconciliation by mapping."""
    done = {name: linli.json("import", city_data / file, "--mapping", name) for name, (file, _) in FILES.items()}
    linli.json("work", "--until-caught-up")
    return done


def rows(document: dict[str, Any], *by: str) -> dict[Any, dict[str, Any]]:
    return {tuple(row[name] for name in by) if len(by) > 1 else row[by[0]]: row for row in document["rows"]}


@pytest.mark.usefixtures("imports")
class TestLosAngeles:
    source = "los-angeles-311"

    def test_counts_by_status(self, linli: Linli) -> None:
        found = rows(linli.json("report", "counts", "--by", "source,status"), "source", "status")
        expected = {"closed": 9723, "voided": 244, "open": 31, "referred": 2}
        assert {status: found[self.source, status]["cases"] for status in expected} == expected

    def test_counts_by_the_source_s_own_word(self, linli: Linli) -> None:
        found = rows(linli.json("report", "counts", "--by", "source,sub_status"), "source", "sub_status")
        expected = {"Closed": 9723, "Cancelled": 244, "Open": 16, "Pending": 15, "Referred Out": 2}
        assert {word: found[self.source, word]["cases"] for word in expected} == expected

    @pytest.mark.parametrize(
        ("category", "cases", "p50", "p90"),
        [
            ("Bulky Items", 4420, 245_220, 516_240),
            ("Graffiti Removal", 2493, 300, 510_480),
            ("Illegal Dumping Pickup", 884, 212_460, 632_820),
            ("Homeless Encampment", 397, 1_627_800, 11_233_080),
        ],
    )
    def test_filing_to_closing(self, linli: Linli, category: str, cases: int, p50: int, p90: int) -> None:
        found = rows(
            linli.json("report", "response-times", "--by", "category", "--source", self.source), "category", "stage"
        )
        row = found[category, "filed_to_closed"]
        assert (row["cases"], row["p50_seconds"], row["p90_seconds"]) == (cases, p50, p90)

    def test_eighteen_closings_without_a_date_are_listed_and_in_no_response_time(self, linli: Linli) -> None:
        document = linli.json("report", "response-times", "--by", "source")
        row = rows(document, "source", "stage")[self.source, "filed_to_closed"]
        assert row["cases"] == 9705

    def test_handling_units(self, linli: Linli) -> None:
        found = rows(linli.json("report", "accountability", "--by", "unit", "--source", self.source), "unit")
        expected = {"BOS": 7067, "OCB": 2628, "BSL": 135, "ITA": 105, "LASAN": 56, "LADWP": 6, "BSS": 3}
        assert {unit: found[unit]["cases"] for unit in expected} == expected

    def test_zones(self, linli: Linli) -> None:
        document = linli.json("report", "accountability", "--by", "zone", "--source", self.source)
        found = rows(document, "zone")
        assert found["unassigned"]["cases"] == 1801
        assert found["Bob Blumenfield"]["cases"] == 654
        assert sum(row["cases"] for row in document["rows"]) == 10_000


@pytest.mark.usefixtures("imports")
class TestBoston:
    def test_in_time_against_the_stated_targets(self, linli: Linli) -> None:
        document = linli.json(
            "report", "accountability", "--by", "unit", "--as-of", "2022-06-01T00:00:00-04:00", "--place", "Boston"
        )
        total = {
            name: sum(row[name] for row in document["rows"])
            for name in (
                "cases",
                "in_time",
                "late",
                "open_overdue",
                "open_not_due",
                "no_target",
                "numerator",
                "denominator",
            )
        }
        assert total == {
            "cases": 100, "in_time": 72, "late": 5, "open_overdue": 12, "open_not_due": 0, "no_target": 11,
            "numerator": 72, "denominator": 89,
        }  # fmt: skip


@pytest.mark.usefixtures("imports")
class TestChicago:
    def test_all_notes_are_events(self, imports: dict[str, Any]) -> None:
        events = imports["chicago-open311"]["events"]
        complaints = {name: count for name, count in events.items() if name.startswith("Complaint")}
        assert sum(complaints.values()) == 276
        expected = {"Filed": 50, "Dispatched": 52, "Handled": 51, "Closed": 49, "NoteAdded": 74}
        assert complaints == {f"Complaint{name}": count for name, count in expected.items()}

    def test_follow_ons(self, linli: Linli) -> None:
        states = linli.sql(
            "SELECT state, dispatched_at IS NULL, count(*) FROM linli.dispatches"
            " WHERE source = 'chicago-open311' AND dispatch_id <> 'filed' GROUP BY 1, 2"
        )
        assert set(states) == {("handled", False, 48), ("open", False, 4), ("handled", True, 3)}
        irregular = linli.sql("SELECT count(*) FROM linli.irregularities WHERE kind = 'dispatch_not_created'")
        assert irregular == [(3,)]


@pytest.mark.parametrize("name", FILES)
def test_a_second_import_writes_nothing(linli: Linli, imports: dict[str, Any], city_data: Path, name: str) -> None:
    file, count = FILES[name]
    first = imports[name]
    assert (first["rows"], first["rejected"], first["repeated"]) == (count, 0, 0)
    before = linli.json("digest")
    again = linli.json("import", city_data / file, "--mapping", name)
    assert (again["written"], again["repeated"], again["rejected"]) == (0, first["written"], 0)
    linli.json("work", "--until-caught-up")
    assert linli.json("digest") == before
