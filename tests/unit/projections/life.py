"""A life told in a line per event, and the rows that come of it; hours count from `START`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from projections import PROJECTIONS
from projections.facts import ValidFacts, valid_facts
from schemas.catalogue import COMPLAINTS, Family, events_of
from tests.histories import START, Told, event, frames

HOUR = 3_600_000_000


def at(hours: float) -> datetime:
    """The instant so many hours after `START`."""
    return datetime.fromtimestamp(START / 1_000_000, UTC) + timedelta(hours=hours)


def told(name: str, hours: float, family: Family = COMPLAINTS, /, **values: Any) -> Told:
    """An event; for complaints without the prefix of the type. Its id is `id`, else made of name and hours."""
    prefixed = {kind.name: kind for kind in events_of(family)}
    event_type = prefixed.get(f"Complaint{name}") or prefixed[name]
    event_id = values.pop("id", f"{name}@{hours}")
    given = {family.key: "s:1", "source": "s", "event_id": event_id, "occurred_at": START + int(hours * HOUR)}
    return event_type, event(event_type, **{**given, **values})


def facts(*history: Told, family: Family = COMPLAINTS) -> ValidFacts:
    """The facts that count; offsets are those of the arguments."""
    numbered = [(kind, {**one, "_offset": offset}) for offset, (kind, one) in enumerate(history)]
    return valid_facts(frames(numbered), family)


def rows(table: str, *history: Told, family: Family = COMPLAINTS) -> list[dict[str, Any]]:
    """The rows of a table, in key order."""
    projection = next(one for one in PROJECTIONS if one.name == table)
    frame: pl.DataFrame = projection.rows(facts(*history, family=family).facts)
    return frame.sort(projection.table.key).to_dicts()


def case(*history: Told) -> dict[str, Any]:
    """The row of the only case."""
    (row,) = rows("cases", *history)
    return row


def oddities(*history: Told) -> list[tuple[str, str]]:
    """Kind and detail of the irregularities."""
    return [(row["kind"], row["detail"]) for row in rows("irregularities", *history)]
