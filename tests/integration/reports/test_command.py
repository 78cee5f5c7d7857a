"""`linli report` as a person calls it, on PostgreSQL alone: a report is worth reading while Kafka is away."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from linli.cli.report import command
from schemas.errors import NoProgress, WrongUsage
from tests.integration.reports.city import City


@pytest.fixture
def run(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a report over two cases."""
    city.place("a", "Spring Street 春天街")
    city.party("works", "Public Works", kind="department")
    city.case(
        "1", "Filed", "2023-03-01T02:00:00", place_id="town:a", party_id="town:works", due_at="2023-03-02T00:00:00"
    )
    city.case("1", "Closed", "2023-03-01T03:00:00")
    city.case("2", "Filed", "2023-03-01T02:00:00")
    city.apply()
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    monkeypatch.setenv("LINLI_POSTGRES_URL", city.url)
    monkeypatch.setenv("LINLI_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("LINLI_REGISTRY_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("linli.cli.report.KAFKA_SECONDS", 0.05)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command, words)

    return run


REPORTS = (
    ("counts", "--by", "status"),
    ("counts", "--by", "place,category,channel,day,status"),
    ("response-times", "--by", "category"),
    ("response-times", "--by", "place,party,day"),
    ("accountability", "--by", "unit"),
    ("accountability", "--by", "zone"),
)


class TestJson:
    @pytest.mark.parametrize("words", REPORTS)
    def test_the_document_is_complete(self, run: Any, words: tuple[str, ...]) -> None:
        done = run(*words, "--json")
        document = json.loads(done.stdout)
        assert document.keys() >= {
            "report", "metric", "version", "definition", "population", "time_axis", "as_of", "known_at", "positions",
            "freshness", "rows",
        }  # fmt: skip
        assert document["report"] == words[0]
        assert document["positions"]["linli.complaints/0"] == 3
        assert document["freshness"]["state"] == "unknown"
        for row in document["rows"]:
            assert row["n"] >= 1
            assert next(iter(row)) == words[2].split(",")[0]

    def test_an_option_for_each_question(self, run: Any) -> None:
        done = run("counts", "--place", "Spring Street 春天街", "--from", "2023-03-01", "--to", "2023-03-02", "--json")
        document = json.loads(done.stdout)
        assert document["totals"]["cases"] == 1
        assert "[2023-03-01, 2023-03-02)" in document["population"]


class TestTerminal:
    @pytest.mark.parametrize("words", REPORTS)
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_it_fits_eighty_columns_and_says_what_it_means(
        self, run: Any, words: tuple[str, ...], language: str
    ) -> None:
        from rich.cells import cell_len

        text = run(*words, "--lang", language).stdout
        assert max(map(cell_len, text.splitlines())) <= 80
        expected = (
            ("definition", "population", "time axis", "as of", "known")
            if language == "en"
            else ("定义", "范围", "时间轴")
        )
        assert all(any(line.startswith(label) for line in text.splitlines()) for label in expected)

    def test_an_empty_slice_is_no_error(self, run: Any) -> None:
        done = run("counts", "--from", "1999-01-01", "--to", "1999-01-02")
        assert (done.exit_code, done.stdout.startswith("Nothing to show")) == (0, True)


class TestCsv:
    def test_rows_on_standard_output_and_their_meaning_beside(self, run: Any) -> None:
        done = run("accountability", "--by", "unit", "--csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert [(row["unit"], row["unit_id"], row["in_time"], row["on_time_ratio"]) for row in rows] == [
            ("Public Works", "town:works", "1", "1.0"),
            ("unassigned", "", "0", ""),
        ]
        assert "definition" in done.stderr


class TestWrongUsage:
    @pytest.mark.parametrize(
        "words",
        [
            ("counts", "--by", "colour"),
            ("counts", "--place", "nowhere"),
            ("counts", "--from", "2023-02-30"),
            ("counts", "--from", "2023-03-02", "--to", "2023-03-02"),
            ("counts", "--as-of", "yesterday"),
            ("counts", "--schema", "nothing"),
            ("counts", "--source", "nobody"),
            ("counts", "--after", "somewhere"),
        ],
    )
    def test_is_told_by_name(self, run: Any, words: tuple[str, ...]) -> None:
        error = run(*words).exception
        assert isinstance(error, WrongUsage)
        assert error.exit_code == 2
        assert error.expected


class TestAfter:
    def test_positions_that_are_there(self, run: Any) -> None:
        assert run("counts", "--after", "linli.complaints/0=3").exit_code == 0

    def test_positions_that_do_not_come(self, run: Any) -> None:
        error = run("counts", "--after", "linli.complaints/0=9", "--timeout", "0").exception
        assert isinstance(error, NoProgress)
        assert error.exit_code == 70
