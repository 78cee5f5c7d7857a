"""An independent oracle for projections: plain Python, event by event, no Polars and no SQL.

In come events as (event type, dict of the fields of its .avsc and `_offset`); out go the rows of every table and the
cells of every roll-up. Instants are micros UTC and days are days since 1970-01-01, as in the events.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from schemas.catalogue import Family
from tests import oracle_people, oracle_services
from tests.oracle_cases import Case
from tests.oracle_facts import Life, Told, lives

Rows = dict[str, list[dict[str, Any]]]

SINCE_EVER = (date(1, 1, 1) - date(1970, 1, 1)).days


def complaints(told: Iterable[Told], family: Family) -> Rows:
    """Rows of cases, dispatches and irregularities."""
    rows: Rows = {"cases": [], "dispatches": [], "irregularities": []}
    for life in lives(told, family):
        found = list(life.irregular)
        if life.facts:
            case = Case(life)
            rows["cases"].append(case.row())
            rows["dispatches"] += case.dispatch_rows()
            found += case.irregularities()
        first: dict[tuple[str, str], int] = {}
        for kind, detail, at in found:
            first[kind, detail] = min(at, first.get((kind, detail), at))
        rows["irregularities"] += (
            {"case_id": life.key, "kind": kind, "detail": detail, "at": at} for (kind, detail), at in first.items()
        )
    return rows


# registers


def _attributes(life: Life, name: str, columns: Sequence[str]) -> dict[str, Any] | None:
    stated = [event for event_type, event in life.facts if event_type.name == name]
    return {column: stated[-1][column] for column in columns} if stated else None


def _ends(life: Life, name: str, *others: int | None) -> int | None:
    days = [event["valid_to"] for event_type, event in life.facts if event_type.name == name]
    return min((day for day in (*days, *others) if day is not None), default=None)


def _aliases(life: Life, key: str) -> list[dict[str, Any]]:
    told = {
        (event["alias_source"] or "", event["alias"], _since(event["valid_from"]))
        for event_type, event in life.facts
        if event_type.name == "AliasDeclared"
    }
    return [{key: life.key, "alias_source": a, "alias": b, "valid_from": c} for a, b, c in told]


def _since(day: int | None) -> int:
    return SINCE_EVER if day is None else day


PLACE = ["source", "kind", "name", "short_name", "sort_number", "code", "households", "lon", "lat", "crs", "valid_from"]
PARTY = ["source", "kind", "name", "short_name", "sort_number", "code", "parent_id", "place_id", "valid_from"]
ZONE = ["source", "place_id", "party_id", "duty", "hierarchy", "basis", "person_id", "valid_from", "valid_to"]


def places(told: Iterable[Told], family: Family) -> Rows:
    """Rows of places, place_parents and place_aliases."""
    rows: Rows = {"places": [], "place_parents": [], "place_aliases": []}
    for life in lives(told, family):
        end = _ends(life, "PlaceRetired")
        if (stated := _attributes(life, "PlaceRegistered", PLACE)) is not None:
            rows["places"].append({"place_id": life.key, **stated, "valid_to": end})
        above: dict[str, dict[int, str]] = defaultdict(dict)
        for event_type, event in life.facts:
            if event_type.name in ("PlaceRegistered", "PlaceMoved"):
                for parent in event["parents"]:
                    above[parent["hierarchy"]][_since(event["valid_from"])] = parent["place_id"]
        for hierarchy, since in above.items():
            for day, parent_id in since.items():
                ends = [later for later in (*since, end) if later is not None and (later > day or later == end)]
                valid_to = min(ends, default=None)
                if valid_to is None or day < valid_to:
                    period = {"hierarchy": hierarchy, "valid_from": day, "parent_id": parent_id, "valid_to": valid_to}
                    rows["place_parents"].append({"place_id": life.key, **period})
        rows["place_aliases"] += _aliases(life, "place_id")
    return rows


def parties(told: Iterable[Told], family: Family) -> Rows:
    """Rows of parties, party_aliases and assessments."""
    rows: Rows = {"parties": [], "party_aliases": [], "assessments": []}
    for life in lives(told, family):
        if (stated := _attributes(life, "PartyRegistered", PARTY)) is not None:
            rows["parties"].append({"party_id": life.key, **stated, "valid_to": _ends(life, "PartyDissolved")})
        rows["party_aliases"] += _aliases(life, "party_id")
        rows["assessments"] += oracle_people.assessments(life)
    return rows


def zones(told: Iterable[Told], family: Family) -> Rows:
    """Rows of zones."""
    rows: Rows = {"zones": []}
    for life in lives(told, family):
        if (stated := _attributes(life, "ResponsibilityAssigned", ZONE)) is not None:
            stated["hierarchy"] = stated["hierarchy"] or "administrative"
            stated["basis"] = stated["basis"] or "own"
            stated["valid_to"] = _ends(life, "ResponsibilityEnded", stated["valid_to"])
            rows["zones"].append({"assignment_id": life.key, **stated})
    return rows


DERIVE: dict[str, Callable[[Iterable[Told], Family], Rows]] = {
    "complaints": complaints,
    "places": places,
    "parties": parties,
    "zones": zones,
    "persons": oracle_people.persons,
    "visits": oracle_people.visits,
    "meetings": oracle_people.meetings,
    "hazards": oracle_people.hazards,
    "projects": oracle_people.projects,
    "agreements": oracle_people.agreements,
    "rules": oracle_services.rules,
    "services": oracle_services.services,
    "devices": oracle_services.devices,
    "alarms": oracle_services.alarms,
}


def rows(told: Iterable[Told], family: Family) -> Rows:
    """Table → rows, of all tables of a family."""
    return DERIVE[family.name](told, family)


# roll-ups


def cells(tables: Rows) -> dict[str, dict[tuple[Any, ...], tuple[int, ...]]]:
    """Roll-up → dimensions → measures, from rows of cases and dispatches."""
    filed = [row for row in tables["cases"] if row["filed_at"] is not None]
    times = {
        "response_times_by_category": _times(
            filed, "category", ("filed_to_closed", "filed_to_dispatched", "handled_to_followed_up")
        ),
        "response_times_by_unit": _times(
            tables["dispatches"], "party_id", ("dispatched_to_signed", "dispatched_to_handled")
        ),
    }
    return {"counts_by_day": _counts(filed, "filed_day"), "counts_by_noon_day": _counts(filed, "noon_day"), **times}


def _counts(filed: Iterable[dict[str, Any]], day: str) -> dict[tuple[Any, ...], tuple[int, ...]]:
    counted: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in filed:
        counted[row[day], row["place_id"] or "", row["category"] or ""].update(("cases", row["status"]))
    names = ("cases", "open", "closed", "voided", "referred")
    return {cell: tuple(count[name] for name in names) for cell, count in counted.items()}


def _times(
    table: Iterable[dict[str, Any]], dimension: str, stages: Sequence[str]
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in table:
        for stage in stages:
            if row["filed_day"] is not None and (seconds := row[f"{stage}_seconds"]) is not None:
                counted[row["filed_day"], row[dimension] or "", stage, bucket(seconds)] += 1
    return {cell: (n,) for cell, n in counted.items()}


def bucket(seconds: int) -> int:
    """The logarithmic bucket as its formula says (design §4)."""
    gamma = (1 + 0.01) / (1 - 0.01)
    return 0 if seconds <= 0 else 1 + max(0, math.ceil(math.log(seconds) / math.log(gamma)))
