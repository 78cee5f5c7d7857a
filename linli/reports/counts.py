"""How many cases, by what they are now: cases, open, closed, voided, referred.

Day, place and category come from the roll-up; every other slice, and every as-of state, from the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from linli.reports.ask import Ask
from linli.reports.dimensions import DIMENSIONS, expression, named
from linli.reports.document import Column, Document, LeftOut
from linli.reports.freshness import freshness
from linli.reports.metrics import CASE_COUNTS, Text
from linli.reports.scope import Scope, no_founding_fact, scope
from linli.reports.session import Row, Select, Session

BY = tuple(DIMENSIONS)
DEFAULT_BY = ("status",)
MEASURES = ("cases", "open", "closed", "voided", "referred")
HEADERS = (
    Text("cases", "工单"),
    Text("open", "未结"),
    Text("closed", "已结"),
    Text("voided", "作废"),
    Text("referred", "转出"),
)

_ROLLED_UP = frozenset({"day", "month", "place", "category"})

_CELLS = """(SELECT day AS filed_day, NULLIF(place_id, '') AS place_id, NULLIF(category, '') AS category,
               cases, open, closed, voided, referred FROM counts_by_day)"""

_FROM_CELLS = {
    name: f"COALESCE(sum(c.{measure}), 0)::bigint"
    for name, measure in zip(("n", *MEASURES), ("cases", *MEASURES), strict=True)
}
_FROM_ROWS = {
    "n": "count(*)",
    "cases": "count(*)",
    **{status: f"count(*) FILTER (WHERE c.status = '{status}')" for status in MEASURES[1:]},
}

_LEVEL = """lifted AS MATERIALIZED (
    SELECT up.place_id, up.ancestor_id, up.valid_from, up.valid_to
    FROM place_ancestors up JOIN places p ON p.place_id = up.ancestor_id
    WHERE up.hierarchy = %(hierarchy)s AND p.kind = %(level)s
)"""
_TO_LEVEL = """LEFT JOIN lifted ON lifted.place_id = c.place_id
    AND c.filed_day >= lifted.valid_from AND c.filed_day < lifted.valid_to"""


def report(session: Session, ask: Ask) -> Document:
    """The counts; `by` any of `BY`, nothing for one row. With `level`, places are those of that kind above each case's
    place.
    """
    asked = scope(session, ask)
    rows = _rows(session, asked, ask.by)
    totals = {name: sum(row[name] for row in rows) for name in ("n", *MEASURES)}
    without = no_founding_fact(session, ask)
    return Document(
        "counts",
        CASE_COUNTS,
        asked.told(CASE_COUNTS.population),
        ask.as_of,
        _columns(ask.by),
        named(session, rows, ask.by, "cases") if totals["cases"] else [],
        totals,
        left_out=[
            LeftOut(
                without,
                "no_founding_fact",
                Text("cases without a founding fact (no filing is known)", "缺少受理记录的工单"),
            )
        ]
        if without
        else [],
        freshness=freshness(session),
    )


def _rows(session: Session, asked: Scope, by: Sequence[str]) -> list[Row]:
    """Measures by dimension (ids, not names)."""
    ask = asked.ask
    rolled_up = not session.derived and not ask.source and _ROLLED_UP.issuperset(by)
    levelled = ask.level is not None and "place" in by
    by_columns = {name: expression(DIMENSIONS[name], "c") for name in by}
    if levelled:
        by_columns["place"] = "lifted.ancestor_id"
    query = Select(
        {**by_columns, **(_FROM_CELLS if rolled_up else _FROM_ROWS)},
        f"{_CELLS if rolled_up else 'cases'} c",
        ctes=[*asked.ctes, *([_LEVEL] if levelled else [])],
        joins=[*asked.joins("c", "c.filed_day"), *([_TO_LEVEL] if levelled else [])],
        where=[
            *asked.conditions("c"),
            *asked.period("c.filed_day"),
            *([] if rolled_up else ["c.filed_at IS NOT NULL"]),
        ],
        group=by,
    )
    return session.rows(query, **asked.given, level=ask.level)


def _columns(by: Sequence[str]) -> list[Column]:
    dimensions = [
        column
        for name in by
        for column in (
            Column(name, DIMENSIONS[name].header, "label", whole=DIMENSIONS[name].ascending),
            *([Column(f"{name}_id", Text("id", "编号"), "hidden")] if DIMENSIONS[name].register else []),
        )
    ]
    measures = [Column(name, header) for name, header in zip(MEASURES, HEADERS, strict=True)]
    return [*dimensions, Column("n", Text("n", "n"), "hidden"), *measures]
