"""How long residents wait: per stage of the life of a case, nearest-rank percentiles in seconds.

Exact from the rows up to `EXACT_UP_TO` durations of a stage and dimension value. Beyond, where the roll-ups hold the
slice (category with day, handling unit with day), estimated from their buckets and marked; a slice that they do not
hold stays exact from the rows, whatever its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from linli.reports.ask import Ask
from linli.reports.dimensions import DIMENSIONS, STAGE, STAGES, expression, named
from linli.reports.document import Column, Document, LeftOut
from linli.reports.freshness import freshness
from linli.reports.metrics import RESPONSE_TIMES, Text
from linli.reports.scope import Scope, no_founding_fact, scope
from linli.reports.session import Row, Select, Session
from projections.buckets import percentile_of_buckets

BY = ("category", "party", "place", "source", "channel", "day", "month")
DEFAULT_BY = ("category",)
EXACT_UP_TO = 100_000
"""Durations up to which percentiles are exact."""

PERCENTILES = {"p50_seconds": 50, "p90_seconds": 90, "p99_seconds": 99}

_OF_DISPATCHES = frozenset({"dispatched_to_signed", "dispatched_to_handled"})
"""Stages that each dispatch goes through; the others a case as a whole."""

_ESTIMATED = Text(
    f"~ estimated from buckets, since n exceeds {EXACT_UP_TO:,}", f"~ 表示n超过{EXACT_UP_TO:,}，由汇总桶估计"
)


def report(session: Session, ask: Ask) -> Document:
    """Percentiles by dimension and stage; a stage that nothing has gone through has no row.

    `n` counts durations, `cases` distinct cases (null for stages of dispatches whose percentiles are estimated).
    """
    asked = scope(session, ask)
    large = {roll_up: _large(session, asked, roll_up) for roll_up in _roll_ups(session, ask)}
    groups = [group for found in large.values() for group in found]
    rows = [row for stage in STAGES for row in _exact(session, asked, stage, groups)]
    rows += [row for roll_up, found in large.items() for row in _estimated(session, asked, roll_up, found)]
    return Document(
        "response-times",
        RESPONSE_TIMES,
        asked.told(RESPONSE_TIMES.population),
        ask.as_of,
        _columns(ask.by),
        named(session, rows, (*ask.by, STAGE.name), "n"),
        left_out=_left_out(session, asked),
        remarks=[_ESTIMATED] if any(row["estimated"] for row in rows) else [],
        freshness=freshness(session),
    )


_HOLDS = {
    "response_times_by_category": frozenset({"category", "day", "month"}),
    "response_times_by_unit": frozenset({"party", "day", "month"}),
}
"""Roll-up → the dimensions it knows. The first holds the stages of cases, the second those of dispatches."""


def _roll_ups(session: Session, ask: Ask) -> list[str]:
    """The roll-ups that hold the slice; none: only the rows do."""
    if session.derived or ask.source or ask.place is not None:
        return []
    return [name for name, known in _HOLDS.items() if known.issuperset(ask.by)]


_CELL_COLUMNS = {
    "category": "NULLIF(c.category, '')",
    "party": "NULLIF(c.party_id, '')",
    "day": "c.day",
    "month": "to_char(c.day, 'YYYY-MM')",
}


def _large(session: Session, asked: Scope, roll_up: str) -> list[Row]:
    """Groups (dimension values and stage) with more durations than we sort."""
    by = {name: _CELL_COLUMNS[name] for name in asked.ask.by}
    columns = {**by, "stage": "c.stage", "n": "sum(c.n)::bigint"}
    query = Select(columns, f"{roll_up} c", where=asked.period("c.day"), group=(*by, "stage"))
    return [row for row in session.rows(query, **asked.given) if row.pop("n") > EXACT_UP_TO]


def _exact(session: Session, asked: Scope, stage: str, large: Sequence[Row]) -> list[Row]:
    """Percentiles from the rows, without the large groups. `percentile_disc` is nearest rank."""
    table, alias = ("dispatches", "d") if stage in _OF_DISPATCHES else ("cases", "c")
    by = {
        name: expression(DIMENSIONS[name], "k" if name == "channel" and alias == "d" else alias)
        for name in asked.ask.by
    }
    seconds = f"{alias}.{stage}_seconds"
    excluded, given = _none_of(by, [group for group in large if group["stage"] == stage])
    ranks = ", ".join(str(percent / 100) for percent in PERCENTILES.values())
    query = Select(
        {
            **by,
            "n": "count(*)",
            "cases": f"count(DISTINCT {alias}.case_id)" if alias == "d" else "count(*)",
            "ranks": f"percentile_disc(ARRAY[{ranks}]) WITHIN GROUP (ORDER BY {seconds})",
        },
        f"{table} {alias}",
        ctes=asked.ctes,
        joins=[
            *asked.joins(alias, f"{alias}.filed_day"),
            *(["JOIN cases k ON k.case_id = d.case_id"] if alias == "d" and "channel" in by else []),
        ],
        where=[
            f"{seconds} IS NOT NULL",
            f"{alias}.filed_at IS NOT NULL",
            *asked.conditions(alias),
            *asked.period(f"{alias}.filed_day"),
            *excluded,
        ],
        group=tuple(by),
    )
    found = session.rows(query, **asked.given, **given)
    return [_row(row, asked.ask.by, stage, row["cases"], row["ranks"], estimated=False) for row in found if row["n"]]


def _none_of(by: Mapping[str, str], groups: Sequence[Row]) -> tuple[list[str], dict[str, Any]]:
    """Conditions that leave the groups out, with their parameters."""
    conditions, given = [], {}
    for number, group in enumerate(groups):
        same = []
        for name, column in by.items():
            given[f"{name}_{number}"] = group[name]
            same.append(f"{column} IS NOT DISTINCT FROM %({name}_{number})s")
        conditions.append(f"NOT ({' AND '.join(same) or 'true'})")
    return conditions, given


def _estimated(session: Session, asked: Scope, roll_up: str, large: Sequence[Row]) -> list[Row]:
    """Percentiles of the large groups from the buckets of the roll-up."""
    if not large:
        return []
    by = asked.ask.by
    columns = {**{name: _CELL_COLUMNS[name] for name in by}, "stage": "c.stage", "bucket": "c.bucket::int"}
    query = Select(
        {**columns, "n": "sum(c.n)::bigint"}, f"{roll_up} c", where=asked.period("c.day"), group=tuple(columns)
    )
    wanted = {_group(group, by) for group in large}
    cells = [cell for cell in session.rows(query, **asked.given) if _group(cell, by) in wanted]
    cells.sort(key=lambda cell: (str(_group(cell, by)), cell["bucket"]))
    rows = []
    for _, run in groupby(cells, key=lambda cell: str(_group(cell, by))):
        members = list(run)
        buckets = [(cell["bucket"], cell["n"]) for cell in members]
        stage, n = members[0]["stage"], sum(count for _, count in buckets)
        ranks = [percentile_of_buckets(buckets, percent) for percent in PERCENTILES.values()]
        cases = None if stage in _OF_DISPATCHES else n
        rows.append(_row({**members[0], "n": n}, by, stage, cases, ranks, estimated=True))
    return rows


def _group(row: Row, by: Sequence[str]) -> tuple[Any, ...]:
    return (*(row[name] for name in by), row["stage"])


def _row(
    row: Row, by: Sequence[str], stage: str, cases: int | None, ranks: Sequence[int | None], *, estimated: bool
) -> Row:
    told = {name: row[name] for name in by}
    measures = dict(zip(PERCENTILES, ranks, strict=True))
    return {**told, "stage": stage, "n": row["n"], "cases": cases, **measures, "estimated": estimated}


def _left_out(session: Session, asked: Scope) -> list[LeftOut]:
    query = Select(
        {"n": "count(*)"},
        "cases c",
        ctes=asked.ctes,
        joins=asked.joins("c", "c.filed_day"),
        where=[
            "c.filed_at IS NOT NULL",
            "c.status = 'closed'",
            "c.closed_basis IS NOT NULL",
            *asked.conditions("c"),
            *asked.period("c.filed_day"),
        ],
    )
    found = (
        LeftOut(
            session.one(query, **asked.given)["n"],
            "time_not_stated",
            Text(
                "closed cases whose closing time the source does not state (in no filed_to_closed)",
                "来源未给出结案时刻的已结工单",
            ),
        ),
        LeftOut(
            no_founding_fact(session, asked.ask),
            "no_founding_fact",
            Text("cases without a founding fact (no filing is known)", "缺少受理记录的工单"),
        ),
    )
    return [left for left in found if left.n]


def _columns(by: Sequence[str]) -> list[Column]:
    dimensions = [
        column
        for name in by
        for column in (
            Column(name, DIMENSIONS[name].header, "label", whole=DIMENSIONS[name].ascending),
            *([Column(f"{name}_id", Text("id", "编号"), "hidden")] if DIMENSIONS[name].register else []),
        )
    ]
    return [
        *dimensions,
        Column("stage", STAGE.header, "label", whole=True),
        Column("n", Text("n", "n")),
        Column("cases", Text("cases", "工单")),
        *(
            Column(name, Text(name.split("_", maxsplit=1)[0], name.split("_", maxsplit=1)[0]), "seconds")
            for name in PERCENTILES
        ),
        Column("estimated", Text("estimated", "估计"), "hidden"),
    ]
