"""One wrong fact of each kind is put right by one event: figures restate, and a trace shows both."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command import Linli

pytestmark = pytest.mark.e2e

SOURCE = "corrections"


def told(kind: str, case: str, at: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "source": SOURCE,
        "source_ref": case,
        "case_id": f"{SOURCE}:{case}",
        "occurred_at": at,
        **more,
    }


def state(linli: Linli, *events: dict[str, Any]) -> list[str]:
    file = linli.folder / "events.ndjson"
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    return [one["event_id"] for one in linli.json("events", "state", file)["events"]]


def figures(linli: Linli) -> tuple[int, int | None]:
    """Cases of this source, and the longest time from filing to closing, in seconds."""
    linli.json("work", "--until-caught-up")
    counts = linli.json("report", "counts", "--by", "source")["rows"]
    times = linli.json("report", "response-times", "--by", "source")["rows"]
    cases = next(row["cases"] for row in counts if row["source"] == SOURCE)
    longest = [row["p99_seconds"] for row in times if (row["source"], row["stage"]) == (SOURCE, "filed_to_closed")]
    return cases, longest[0] if longest else None


def traced(linli: Linli, case: str) -> list[tuple[str, bool]]:
    """Every event of a case with whether it counts."""
    document = linli.json("trace", "case", f"{SOURCE}:{case}")
    return [(fact["event_id"], fact["verdict"] == "counts") for fact in document["facts"]]


def test_one_wrong_fact_of_each_kind(linli: Linli) -> None:
    filed, wrong = state(
        linli,
        told("ComplaintFiled", "1", "2026-03-01T09:00:00+08:00", category="noise"),
        told("ComplaintClosed", "1", "2026-03-01T10:00:00+08:00"),
    )
    twice = state(linli, told("ComplaintFiled", "2", "2026-03-01T09:00:00+08:00", category="noise"))
    false = state(linli, told("ComplaintFiled", "3", "2026-03-05T09:00:00+08:00"))
    assert figures(linli) == (3, 3600)

    # A date keyed a day early: the right statement names the wrong one.
    right = state(linli, told("ComplaintClosed", "1", "2026-03-02T10:00:00+08:00", supersedes=[wrong]))
    assert figures(linli) == (3, 25 * 3600)
    assert sorted(traced(linli, "1")) == sorted([(filed, True), (wrong, False), (right[0], True)])

    # A record entered twice under two ids, and a record of nothing: one annulment each.
    for case, events, reason in (("2", twice, "entered_twice"), ("3", false, "false_record")):
        done = linli.json("events", "annul", f"{SOURCE}:{case}", *events, "--reason", reason, "--source", SOURCE)
        cases = {"2": 2, "3": 1}[case]
        assert figures(linli) == (cases, 25 * 3600)
        assert (events[0], False) in traced(linli, case)
        assert done["events"][0]["event_id"] in dict(traced(linli, case))

    # An annulment that was itself wrong is annulled, which restores what it took out.
    linli.json(
        "events", "annul", f"{SOURCE}:3", done["events"][0]["event_id"], "--reason", "was_true", "--source", SOURCE
    )
    assert figures(linli)[0] == 2
    assert (false[0], True) in traced(linli, "3")


def test_a_filing_is_put_right_by_a_later_version(linli: Linli) -> None:
    other = {"source": "later-versions", "case_id": "later-versions:9"}
    state(linli, told("ComplaintFiled", "9", "2026-03-09T09:00:00+08:00", category="nosie", **other))
    later = {"revised_at": "2026-04-01T00:00:00+08:00", "category": "vehicle_parking"}
    state(linli, told("ComplaintFiled", "9", "2026-03-10T09:00:00+08:00", **later, **other))
    linli.json("work", "--until-caught-up")
    row = linli.sql(f"SELECT category, filed_day::text FROM linli.cases WHERE case_id = '{other['case_id']}'")
    assert list(row) == [("vehicle_parking", "2026-03-10")]


def test_a_mistake_in_a_statement_is_told_and_nothing_is_written(linli: Linli) -> None:
    before = linli.json("status")["balance"]["rows"]
    file = linli.folder / "wrong.ndjson"
    good = told("ComplaintFiled", "x", "2026-03-01T09:00:00+08:00")
    file.write_text(json.dumps(good) + "\n" + json.dumps({**good, "categroy": "noise"}), encoding="utf-8")
    document = linli.json("events", "state", file, exit_code=1)
    assert document["error"]["code"] == "input.field"
    assert document["error"]["where"].endswith("line 2")
    assert linli.json("status")["balance"]["rows"] == before


@pytest.fixture(scope="module")
def bad_file(tmp_path_factory: pytest.TempPathFactory, city_data: Path) -> Path:
    """Rows of Los Angeles as another source, with a date that is none and a row with too many cells; and its mapping."""
    lines = (city_data / "los_angeles_311_2020.csv").read_text(encoding="utf-8").splitlines()[:6]
    lines[2] = lines[2].replace("1/1/20", "13/41/20", 1).replace("1-15", "bad-15")
    lines[4] += ",one,too,many"
    folder = tmp_path_factory.mktemp("bad")
    (folder / "bad.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping = files("producers").joinpath("mappings", "los-angeles-311.toml").read_text(encoding="utf-8")
    (folder / "bad.toml").write_text(mapping.replace('"los-angeles-311"', '"bad-file"', 1), encoding="utf-8")
    return folder / "bad.csv"


def test_bad_rows_are_rejected_by_cell_and_the_others_go_in(linli: Linli, bad_file: Path) -> None:
    rejects = linli.folder / "rejects.csv"
    done = linli.json("import", bad_file, "--mapping", bad_file.with_suffix(".toml"), "--rejects", rejects, exit_code=3)
    assert (done["rows"], done["rejected"]) == (5, 2)
    assert done["rejects_file"] == str(rejects)
    kinds = {error["code"] for error in done["errors"]}
    assert kinds == {"input.cell.time", "input.row.cells"} or len(kinds) == 2
    text = rejects.read_text(encoding="utf-8")
    assert "13/41/20" in text and "many" in text


def test_an_unknown_mapping_is_wrong_usage(linli: Linli, bad_file: Path) -> None:
    document = linli.json("import", bad_file, "--mapping", "los-angles-311", exit_code=2)
    assert document["error"]["code"] == "mapping.unknown"
    assert "los-angeles-311" in json.dumps(document)
