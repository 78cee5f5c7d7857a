"""The mappings that ship, on the files that they are for: every event, by type and by place (figures of
`metrics.md`).
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from producers.files.columns import Source
from producers.files.compile import compile_plan
from producers.files.load import load_mapping
from producers.files.read import open_reader
from producers.files.statements import translate
from producers.files.survey import survey
from producers.publish import Statement
from tests.unit.producers.files.desk import NOW, Desk

FILES = {
    "los-angeles-311": "los_angeles_311_2020.csv",
    "boston-311": "boston_311_100.csv",
    "chicago-open311": "chicago_open311_50.json",
}

Stated = dict[str, list[Statement]]
"""Statements by the name of their type."""


@cache
def stated(folder: Path, name: str) -> Stated:
    plan = compile_plan(load_mapping(name))
    found = survey(folder / FILES[name], plan.rules.file)
    (chunk,) = open_reader(found, plan.rules.file, plan.wanted, plan.lists).chunks()
    translated = translate(chunk, plan, Source("file", "", found.sha256, NOW))
    assert translated.rejected == []
    by_type: Stated = {}
    for each in translated.stated:
        by_type.setdefault(each.event.name, []).extend(each.frame.to_dicts())
    return by_type


def test_los_angeles(city_data: Path) -> None:
    events = stated(city_data, "los-angeles-311")
    filed, closed, voided = (events[f"Complaint{name}"] for name in ("Filed", "Closed", "Voided"))
    assert (len(filed), len(closed), len(voided)) == (10_000, 9725, 244)
    assert Counter(event.get("occurred_at_basis") for event in closed) == {None: 9707, "substituted": 18}
    assert Counter(event.get("disposition") for event in closed) == {None: 9723, "referred": 2}
    words = Counter(event["sub_status"] for event in [*filed, *closed, *voided])
    assert words == {None: 9969, "Closed": 9723, "Cancelled": 244, "Open": 16, "Pending": 15, "Referred Out": 2}
    assert Counter(event["party_id"].removeprefix("los-angeles-311:unit:") for event in filed) == {
        "BOS": 7067,
        "OCB": 2628,
        "BSL": 135,
        "ITA": 105,
        "LASAN": 56,
        "LADWP": 6,
        "BSS": 3,
    }
    times = {event["case_id"]: event["occurred_at"] for event in filed}
    same = [
        event
        for event in closed
        if event["occurred_at"] == times[event["case_id"]] and not event.get("occurred_at_basis")
    ]
    assert len(same) == 19


@pytest.mark.parametrize(
    ("category", "cases", "p50", "p90"),
    [
        ("Bulky Items", 4420, 245_220, 516_240),
        ("Graffiti Removal", 2493, 300, 510_480),
        ("Illegal Dumping Pickup", 884, 212_460, 632_820),
        ("Homeless Encampment", 397, 1_627_800, 11_233_080),
    ],
)
def test_los_angeles_response_times(city_data: Path, category: str, cases: int, p50: int, p90: int) -> None:
    events = stated(city_data, "los-angeles-311")
    filed = {
        event["case_id"]: event["occurred_at"] for event in events["ComplaintFiled"] if event["category"] == category
    }
    seconds = sorted(
        (event["occurred_at"] - filed[event["case_id"]]) // 1_000_000
        for event in events["ComplaintClosed"]
        if event["case_id"] in filed and not event.get("occurred_at_basis") and not event.get("disposition")
    )
    assert (len(seconds), seconds[-(-len(seconds) // 2) - 1], seconds[-(-len(seconds) * 9 // 10) - 1]) == (
        cases,
        p50,
        p90,
    )


def test_los_angeles_accountability(city_data: Path) -> None:
    """Cases whose place, or a place above it, has an answerable member; 1,801 rows name none."""
    events = stated(city_data, "los-angeles-311")
    parents = {
        event["place_id"]: [parent["place_id"] for parent in event.get("parents", [])]
        for event in events["PlaceRegistered"]
    }
    members = {event["place_id"]: event["party_id"] for event in events["ResponsibilityAssigned"]}
    found: Counter[str] = Counter()
    for event in events["ComplaintFiled"]:
        way = [event["place_id"]]
        while way[-1] not in members and parents[way[-1]]:
            way += parents[way[-1]]
        found[members.get(way[-1], "unassigned")] += 1
    assert found["unassigned"] == 1801
    assert found["los-angeles-311:member:Bob Blumenfield"] == 654
    assert sum(event["place_id"] == "los-angeles-311:la" for event in events["ComplaintFiled"]) == 11


def test_boston(city_data: Path) -> None:
    events = stated(city_data, "boston-311")
    filed = {event["case_id"]: event for event in events["ComplaintFiled"]}
    closed = {event["case_id"]: event["occurred_at"] for event in events["ComplaintClosed"]}

    def verdict(case: str) -> str:
        due, end = filed[case].get("due_at"), closed.get(case)
        if due is None:
            return "no target"
        return "open" if end is None else "late" if end > due else "in time"

    assert Counter(map(verdict, filed)) == {"in time": 72, "late": 5, "open": 12, "no target": 11}
    assert len(closed) == 85
    assert filed["boston-311:101004143000"]["place_id"] == "boston-311:boston"


def test_chicago(desk: Desk, city_data: Path) -> None:
    report = desk.run(city_data / FILES["chicago-open311"], load_mapping("chicago-open311"))
    assert {name: count for name, count in report.events.items() if name.startswith("Complaint")} == {
        "ComplaintFiled": 50,
        "ComplaintNoteAdded": 74,
        "ComplaintDispatched": 52,
        "ComplaintHandled": 51,
        "ComplaintClosed": 49,
    }
    assert len({record.event_id for record in desk.log.records if record.topic == "linli.complaints"}) == 276
    created = {(event["case_id"], event["dispatch_id"]) for event in desk.events("ComplaintDispatched")}
    finished = {(event["case_id"], event["dispatch_id"]) for event in desk.events("ComplaintHandled")}
    assert (len(created & finished), len(created - finished), len(finished - created)) == (48, 4, 3)


@pytest.mark.parametrize("name", FILES)
def test_a_second_import_writes_nothing(desk: Desk, city_data: Path, name: str) -> None:
    file = city_data / FILES[name]
    if file.suffix == ".csv":
        file = desk.file("".join(file.read_text("utf-8").splitlines(keepends=True)[:401]))
    first = desk.run(file, load_mapping(name))
    again = desk.run(file, load_mapping(name), known=True)
    assert (again.written, again.repeated, again.events) == (0, first.written, first.events)


def test_two_overlapping_halves_state_the_same_events(desk: Desk, city_data: Path) -> None:
    lines = (city_data / FILES["los-angeles-311"]).read_text("utf-8").splitlines(keepends=True)
    header, rows = lines[0], lines[1:601]
    ids = []
    for parts in ([rows], [rows[:400], rows[200:]]):
        desk.log.records.clear()
        for part in parts:
            desk.run(header + "".join(part), load_mapping("los-angeles-311"))
        ids.append({record.event_id for record in desk.log.records})
    assert ids[0] == ids[1]
