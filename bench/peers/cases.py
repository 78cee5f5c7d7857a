"""Case rows and the cells of two roll-ups, as the peers derive them in task (b).

A case's row is folded from its events in arrival order, which suffices here and does less than Linli does: no facts
are kept, nothing can be corrected later. Cells move by the difference between the row as it stood and as it stands, so
that a repeated event is harmless.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from bench.peers.work import DAY, OFFSET_OF_CHINA, Event

CASE: Final = (
    "case_id", "source", "status", "category", "place_id", "party_id", "filed_at", "filed_day", "due_at",
    "dispatched_at", "handled_at", "followed_up_at", "closed_at", "satisfaction", "filed_to_closed_seconds",
    "filed_to_dispatched_seconds", "handled_to_followed_up_seconds",
)  # fmt: skip
"""Columns of a case's row that every system must end with alike. Instants: microseconds; days since 1970; seconds."""

Row = dict[str, Any]
Cell = tuple[Any, ...]
Deltas = Counter[Cell]

STAGES: Final = ("filed_to_closed", "filed_to_dispatched", "handled_to_followed_up")
LOG_GAMMA: Final = math.log(1.01 / 0.99)

EMPTY: Final[Row] = dict.fromkeys(CASE)


def bucket(seconds: int) -> int:
    """Log-bucket of a duration with 1 % relative error (the DDSketch idea)."""
    return 1 + max(0, math.ceil(math.log(seconds) / LOG_GAMMA)) if seconds > 0 else 0


def after(row: Row, name: str, event: Event) -> Row:
    """The case's row after one more event; the same row when the event changes nothing in it."""
    fold = FOLDS.get(name)
    if fold is None:
        return row
    new = {**row, **fold(row, event)}
    new["filed_to_closed_seconds"] = _seconds(new["filed_at"], new["closed_at"])
    new["filed_to_dispatched_seconds"] = _seconds(new["filed_at"], new["dispatched_at"])
    new["handled_to_followed_up_seconds"] = _seconds(new["handled_at"], new["followed_up_at"])
    return new


def _seconds(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else (end - start) // 1_000_000


def _filed(_: Row, event: Event) -> Row:
    kept = ("case_id", "source", "category", "place_id", "due_at")
    day = (event["occurred_at"] + OFFSET_OF_CHINA) // DAY
    return {
        **{name: event[name] for name in kept},
        "status": "open",
        "filed_at": event["occurred_at"],
        "filed_day": day,
    }


def _dispatched(row: Row, event: Event) -> Row:
    first = row["dispatched_at"] or event["occurred_at"]
    return {"dispatched_at": first, "party_id": event["to_party_id"], "due_at": event["due_at"]}


def _handled(_: Row, event: Event) -> Row:
    return {"handled_at": event["occurred_at"]}


def _followed_up(_: Row, event: Event) -> Row:
    return {"followed_up_at": event["occurred_at"], "satisfaction": event["satisfaction"]}


def _closed(_: Row, event: Event) -> Row:
    return {"closed_at": event["occurred_at"], "status": "closed"}


FOLDS: Final[Mapping[str, Callable[[Row, Event], Row]]] = {
    "ComplaintFiled": _filed,
    "ComplaintDispatched": _dispatched,
    "ComplaintHandled": _handled,
    "ComplaintFollowedUp": _followed_up,
    "ComplaintClosed": _closed,
}


def add_cells(counts: Deltas, times: Deltas, row: Row | None, sign: int) -> None:
    """Add (or take away, with sign −1) what a row contributes to the two roll-ups."""
    if row is None or row["filed_at"] is None:
        return
    day, place, category = row["filed_day"], row["place_id"] or "", row["category"] or ""
    counts[day, place, category, "cases"] += sign
    counts[day, place, category, row["status"]] += sign
    for stage in STAGES:
        seconds = row[f"{stage}_seconds"]
        if seconds is not None:
            times[day, category, stage, bucket(seconds)] += sign


def differences(
    before: Mapping[str, Row], now: Mapping[str, Row]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Cells to add, in key order: (day, place, category, cases, open, closed) and (day, category, stage, bucket, n)."""
    counts: Deltas = Counter()
    times: Deltas = Counter()
    for case_id, row in now.items():
        if row is not before.get(case_id):
            add_cells(counts, times, before.get(case_id), -1)
            add_cells(counts, times, row, +1)
    cells = sorted({key[:3] for key, n in counts.items() if n})
    wide = [(*key, *(counts[*key, measure] for measure in ("cases", "open", "closed"))) for key in cells]
    return wide, sorted((*key, n) for key, n in times.items() if n)


def folded(stored: Mapping[str, Row], events: Iterable[tuple[str, Event]]) -> dict[str, Row]:
    """The rows of a batch's cases after its events, in arrival order; those without any founding event yet included."""
    rows = dict(stored)
    for name, event in events:
        case_id = event["case_id"]
        row = rows.get(case_id)
        rows[case_id] = after(
            {**EMPTY, "case_id": case_id, "source": event["source"]} if row is None else row, name, event
        )
    return rows
