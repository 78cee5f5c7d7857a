"""What became of each item by the cut, and on which days it counts: the SQL that accountability stands on.

Verdicts: in_time (finished ≤ deadline), late, open_overdue (not finished, deadline before the cut), open_not_due,
no_target, withdrawn (had a deadline; voided, referred elsewhere, or returned by the unit). The cut is the as-of instant
or, for a period that is settled at its end, that end where it is earlier: what happened after it does not count yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linli.reports.ask import Ask
from linli.reports.scope import Scope

SETTLED = ("in_time", "late", "open_overdue")
"""Verdicts that stand on the axis of the on-time figures; the others stand on the day of filing."""
WAITING = ("open_not_due", "no_target", "withdrawn")
VERDICTS = (*SETTLED, *WAITING)

CASES = """
SELECT NULL::text AS party_id, c.case_id, c.place_id, c.filed_day, {due_day} AS due_day, {verdict} AS verdict
FROM cases c
WHERE c.filed_at IS NOT NULL AND (%(source)s::text IS NULL OR c.source = %(source)s)"""
_CASE_GONE = ("c.status IN ('voided', 'referred')", "c.closed_day")

DISPATCHES = """
SELECT d.party_id, d.case_id, d.place_id, d.filed_day, {due_day} AS due_day, {verdict} AS verdict
FROM dispatches d
WHERE d.filed_at IS NOT NULL AND (%(source)s::text IS NULL OR d.source = %(source)s)"""
_DISPATCH_GONE = (
    "(d.state IN ('returned', 'voided') OR d.state = 'closed' AND d.finished_at IS NULL)",
    "(d.returned_at AT TIME ZONE d.time_zone)::date",
)

NEVER_DISPATCHED = " AND NOT EXISTS (SELECT FROM dispatches d WHERE d.case_id = c.case_id)"

COUNTED = """(
    SELECT i.*, {filed} AS on_filing, i.verdict IN ({settled}) AND {due} AS on_axis
    FROM ({items}) i {scope}
) i"""
"""Items with whether they count on their day of filing, and on the axis of the on-time figures: period and place of
that day."""

ON_FILING = {
    "n": "i.on_filing",
    **{verdict: f"i.on_filing AND i.verdict = '{verdict}'" for verdict in WAITING},
}
ON_AXIS = {verdict: f"i.on_axis AND i.verdict = '{verdict}'" for verdict in SETTLED}
"""Measure → which of the counted items it counts."""


def measures(counted: Mapping[str, str]) -> str:
    """The counts as columns; `counted`: `ON_FILING`, `ON_AXIS` or both."""
    return ", ".join(f"count(*) FILTER (WHERE {condition}) AS {name}" for name, condition in counted.items())


def cases(ask: Ask) -> str:
    """SELECT of all cases as items."""
    return CASES.format(due_day=_due_day(ask, "c"), verdict=_verdict(ask, "c", *_CASE_GONE))


def dispatches(ask: Ask) -> str:
    """SELECT of all dispatches as items, and of the cases that were never dispatched."""
    told = DISPATCHES.format(due_day=_due_day(ask, "d"), verdict=_verdict(ask, "d", *_DISPATCH_GONE))
    return f"{told}\nUNION ALL{cases(ask)}{NEVER_DISPATCHED}"


def counted(asked: Scope, items: str) -> str:
    """`COUNTED` over items that one of the functions above selects."""
    placed = asked.places is not None
    return COUNTED.format(
        items=items,
        settled=", ".join(f"'{verdict}'" for verdict in SETTLED),
        filed=_conditions([*asked.period("i.filed_day"), *(["i.filed_day <@ ps.days"] if placed else [])]),
        due=_conditions([*asked.period("i.due_day"), *(["i.due_day <@ ps.days"] if placed else [])]),
        scope="JOIN place_scope ps ON ps.place_id = i.place_id" if placed else "",
    )


def _conditions(parts: Sequence[str]) -> str:
    return f"({' AND '.join(parts)})" if parts else "true"


def _due_day(ask: Ask, alias: str) -> str:
    """Local day of the earlier of finish and deadline; of filing for the denominators that count what was filed."""
    if ask.denominator != "due":
        return f"{alias}.filed_day"
    return f"LEAST({alias}.finished_day, ({alias}.due_at AT TIME ZONE {alias}.time_zone)::date)"


def _verdict(ask: Ask, alias: str, gone: str, gone_day: str) -> str:
    cut = ask.until is not None and ask.settled == "end"
    at = f"LEAST(%(as_of)s, %(until)s::timestamp AT TIME ZONE {alias}.time_zone)" if cut else "%(as_of)s"
    by_then = "{} < %(until)s"
    finished = f"{alias}.finished_at IS NOT NULL" + (f" AND {by_then.format(alias + '.finished_day')}" if cut else "")
    withdrawn = gone + (f" AND COALESCE({by_then.format(gone_day)}, true)" if cut else "")
    return f"""CASE WHEN {alias}.due_at IS NULL THEN 'no_target'
        WHEN {withdrawn} THEN 'withdrawn'
        WHEN {finished} AND {alias}.finished_at <= {alias}.due_at THEN 'in_time'
        WHEN {finished} THEN 'late'
        WHEN {alias}.due_at < {at} THEN 'open_overdue'
        ELSE 'open_not_due' END"""
