"""Los Angeles as exports of a present state with later edits, against its history event by event."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from linli.known import in_effect
from producers.files.load import LoadedMapping, load_mapping
from producers.files.mapping import Mapping
from producers.known import KnownFact
from schemas.catalogue import event_type
from tests.unit.producers.files.desk import Desk, micros, state_of

Row = dict[str, str]


def full_state(desk: Desk) -> dict[str, dict[str, Any]]:
    """Case → what its facts in effect say, times and words included."""
    cases: dict[str, list[KnownFact]] = {}
    for fact in desk.facts():
        if "case_id" in fact.values:
            cases.setdefault(fact.values["case_id"], []).append(fact)
    states = {}
    for case, facts in cases.items():
        counted = in_effect(facts)
        words = [fact.values["sub_status"] for fact in counted if fact.values["sub_status"] is not None]
        ends = [
            fact.values["occurred_at"] for fact in counted if fact.event.name in ("ComplaintClosed", "ComplaintVoided")
        ]
        filed = next(fact.values for fact in counted if fact.event.name == "ComplaintFiled")
        states[case] = {
            **state_of(counted),
            "word": words[-1],
            "ended": ends[-1:],
            "filed_at": filed["occurred_at"],
            "party": filed["party_id"],
        }
    return states


FIRST, SECOND = "2020-01-05T00:00-08:00", "2020-12-31T00:00-08:00"
"""When the two exports were made."""


def test_los_angeles_as_exports_with_later_edits_is_the_history(tmp_path: Path, city_data: Path) -> None:
    lines = los_angeles(city_data, 120)
    desk, changed, unchanged = as_exports(tmp_path, lines)
    assert changed > 40
    assert changed + unchanged == 120
    assert full_state(desk) == full_state(as_history(tmp_path, lines))


def los_angeles(city_data: Path, most: int | None = None) -> list[Row]:
    with (city_data / "los_angeles_311_2020.csv").open(encoding="utf-8", newline="") as file:
        return list(islice(csv.DictReader(file), most))


def earlier(lines: list[Row]) -> list[Row]:
    """Half of the cases as they stood before."""
    return [before(index, dict(line)) if index % 2 else line for index, line in enumerate(lines)]


def as_exports(folder: Path, lines: list[Row]) -> tuple[Desk, int, int]:
    """Two exports of a present state; how many rows of the second were changed and unchanged."""
    (folder / "exports").mkdir()
    desk, rules, old = Desk(folder / "exports"), snapshot_of(load_mapping("los-angeles-311")), earlier(lines)
    desk.run(angeles(old), rules, known=True, exported_at=FIRST)
    document = desk.run(angeles(lines), rules, known=True, exported_at=SECOND).as_dict()["snapshot"]
    assert document["changed"] == sum(line != was for line, was in zip(lines, old, strict=True))
    return desk, document["changed"], document["unchanged"]


def as_history(folder: Path, lines: list[Row]) -> Desk:
    """The same, event by event: each case filed as it was, then what became of it."""
    (folder / "history").mkdir()
    history, old = Desk(folder / "history"), earlier(lines)
    history.run(
        angeles([filed(line, was) for line, was in zip(lines, old, strict=True)]), load_mapping("los-angeles-311")
    )
    history.run(angeles(lines), registers_only())
    told = (events_between(line, was, micros(SECOND)) for line, was in zip(lines, old, strict=True))
    for event, statement in (change for changes in told for change in changes):
        history.publisher.publish(event_type(f"linli.complaints.{event}"), [statement])
    history.run(angeles([line for line in lines if line["status"] not in ("Open", "Pending")]), ends_only())
    return history


def before(index: int, line: Row) -> Row:
    """A case as an earlier export would have shown it."""
    if index % 3 == 0:
        return {**line, "status": "Open", "closeddate": ""}
    if index % 3 == 1:
        return {**line, "requesttype": "Other"}
    return {**line, "ncname": "", "nc": ""} if line["ncname"] else {**line, "requesttype": "Other"}


def filed(line: Row, old: Row) -> Row:
    """What the history's first statement says: filed as it was then, with the word that it had while it was open."""
    word = line["status"] if line["status"] in ("Open", "Pending") else "Open"
    return {**line, "requesttype": old["requesttype"], "ncname": old["ncname"], "status": word, "closeddate": ""}


def events_between(line: Row, old: Row, at: int) -> Iterable[tuple[str, dict[str, Any]]]:
    case = {
        "source": "los-angeles-311",
        "source_ref": line["srnumber"],
        "case_id": f"los-angeles-311:{line['srnumber']}",
        "occurred_at": at,
    }
    if line["requesttype"] != old["requesttype"]:
        yield "ComplaintReclassified", {**case, "category": line["requesttype"]}
    if line["ncname"] != old["ncname"]:
        district = f"la/{line['apc']}/{line['cd']}:{line['cdmember']}/{line['ncname'].replace('/', '%2F')}"
        yield "ComplaintRelocated", {**case, "place_id": f"los-angeles-311:{district}"}


def angeles(lines: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def snapshot_of(loaded: LoadedMapping) -> LoadedMapping:
    return LoadedMapping(loaded.name, loaded.sha256, loaded.rules.model_copy(update={"mode": "snapshot"}))


def ends_only() -> LoadedMapping:
    """The Los Angeles mapping without its founding statement."""
    loaded = load_mapping("los-angeles-311")
    rules: Mapping = loaded.rules.model_copy(
        update={"events": loaded.rules.events[1:], "places": [], "parties": [], "responsibilities": []}
    )
    used = {name: column for name, column in rules.columns.items() if name != "createddate"}
    return LoadedMapping(loaded.name, loaded.sha256, rules.model_copy(update={"columns": used}))


def registers_only() -> LoadedMapping:
    """The Los Angeles mapping as far as it states places, parties and responsibilities."""
    loaded = load_mapping("los-angeles-311")
    rules: Mapping = loaded.rules.model_copy(update={"events": [], "columns": {}})
    return LoadedMapping(loaded.name, loaded.sha256, rules)
