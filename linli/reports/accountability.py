"""Who had to act, and did so in time: two views, never mixed (design §8).

By *unit* (承办单位): items are dispatches, and cases that were never dispatched, which stay `unassigned`; `n` counts
items, `cases` distinct cases. By *zone* (责任区): items are cases, keyed by place and joined when read to the party
answerable for that place, in that duty, on the day of the figure's time axis, with the place tree of that day; the
nearest assignment wins. So a zone that is corrected late restates the past. A known place that nobody answers for is
`unassigned`, no place `unlocated`.

Each item counts twice: on its day of filing (`n`, `cases`, open_not_due, no_target, withdrawn), and on the axis of the
on-time figures (in_time, late, open_overdue), which for the denominator `due` is the earlier of finish and deadline. So
the six parts of the totals sum to `n` when no period is given; in one party's row they need not, where a place changed
hands in between.

Several duties at once give a row per duty and party, since each answers in his own: every duty's rows sum to all cases.
A duty that nobody ever had at any of the places counted is not shown. Where responsibilities overlap both parties show
the case; `totals` count every item once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.reports import verdicts
from linli.reports.ask import Ask
from linli.reports.dimensions import UNASSIGNED, UNLOCATED, Registered, registered
from linli.reports.document import Column, Document, LeftOut
from linli.reports.freshness import freshness
from linli.reports.metrics import ON_TIME, Text
from linli.reports.scope import Scope, no_founding_fact, scope
from linli.reports.session import Row, Session
from linli.reports.verdicts import ON_AXIS, ON_FILING, VERDICTS
from schemas.errors import WrongUsage

BY = ("unit", "zone")
DEFAULT_BY = ("unit",)
DENOMINATORS: Mapping[str, tuple[str, ...]] = {
    "due": ("in_time", "late", "open_overdue"),
    "all": ("in_time", "late", "open_overdue", "open_not_due", "withdrawn"),
    "resolved": ("in_time", "late"),
    "resolved_or_overdue": ("in_time", "late", "open_overdue"),
}
"""Denominator of the on-time ratio → the measures it sums."""

Zone = tuple[str | None, str | None, bool]
"""(duty, party, whether the place is unknown)"""

_UNITS = """
{ctes} SELECT grouping(i.party_id) = 1 AS total, i.party_id, {measures}
FROM {counted} GROUP BY GROUPING SETS ((i.party_id), ())"""

_REPEATED = """
{ctes} SELECT grouping(i.party_id) = 1 AS total, i.party_id, count(*) - count(DISTINCT i.case_id) AS repeated
FROM {counted} WHERE i.on_filing AND i.case_id IN (SELECT case_id FROM dispatches WHERE seq > 1)
GROUP BY GROUPING SETS ((i.party_id), ())"""
"""How many dispatches are of a case that the unit had already: only cases with a second dispatch are looked at."""

_TOTALS = """
{ctes} SELECT {measures} FROM {counted}"""

_ZONES = """
WITH {ctes} answer AS MATERIALIZED (
    SELECT place_id, duty, valid_from, valid_to, party_id, bool_and(basis = 'fallback') AS fallback
    FROM answerable_parties WHERE duty = ANY(%(duties)s::text[])
    GROUP BY place_id, duty, valid_from, valid_to, party_id
)
SELECT u.duty, a.party_id, t.place_id IS NULL AS unlocated,
       COALESCE(sum(t.{first}) FILTER (WHERE a.fallback), 0)::bigint AS fallback, {sums}
FROM (SELECT i.place_id, i.{day} AS day, {measures} FROM {counted} WHERE i.{side} GROUP BY i.place_id, i.{day}) t
CROSS JOIN unnest(%(duties)s::text[]) AS u (duty)
LEFT JOIN answer a ON a.place_id = t.place_id AND a.duty = u.duty AND t.day >= a.valid_from AND t.day < a.valid_to
GROUP BY u.duty, a.party_id, t.place_id IS NULL"""
"""Items summed per place and day first, so that who is answerable is looked up once for each."""

_DUTIES = """
WITH {ctes} here AS (
    SELECT DISTINCT c.place_id FROM cases c {scope}
    WHERE c.filed_at IS NOT NULL AND (%(source)s::text IS NULL OR c.source = %(source)s)
)
SELECT DISTINCT duty COLLATE "C" AS duty FROM responsibility_reach
WHERE place_id IN (SELECT place_id FROM here) ORDER BY 1"""

_LISTED_UNITS = """
SELECT party_id FROM parties
WHERE kind IN (SELECT DISTINCT p.kind FROM parties p JOIN (SELECT DISTINCT party_id FROM dispatches) d USING (party_id))
  AND (%(source)s::text IS NULL OR source = %(source)s)
  AND COALESCE(valid_from < COALESCE(%(until)s, %(as_of)s::date + 1), true)
  AND COALESCE(valid_to > %(since)s, true)"""
_LISTED_UNITS_THERE = (
    """
WITH {ctes} here AS (SELECT DISTINCT party_id FROM dispatches WHERE place_id IN (SELECT place_id FROM place_scope))
"""
    + _LISTED_UNITS
    + " AND party_id IN (SELECT party_id FROM here)"
)
"""Units that stay in the table without cases: registered parties of the kinds that dispatches went to, existing in the
period (with a place: of these, whoever was ever dispatched to there)."""

_LISTED_PARTIES = """
SELECT DISTINCT z.duty, z.party_id FROM zones z
WHERE z.duty = ANY(%(duties)s::text[])
  AND z.valid_from < COALESCE(%(until)s, %(as_of)s::date + 1)
  AND COALESCE(z.valid_to > %(since)s, true)"""
_LISTED_PARTIES_THERE = (
    """
WITH {ctes} here AS (
    SELECT DISTINCT assignment_id FROM responsibility_reach WHERE place_id IN (SELECT place_id FROM place_scope))
"""
    + _LISTED_PARTIES
    + " AND z.assignment_id IN (SELECT assignment_id FROM here)"
)
"""Parties that stay in the table without cases: whoever was assigned something in the period (with a place: something
there)."""


def report(session: Session, ask: Ask) -> Document:
    """The figures by `unit` or `zone`; WrongUsage `usage.dimension` for anything else, `usage.duty` for an unknown
    duty.
    """
    if ask.by not in (("unit",), ("zone",)):
        raise WrongUsage("accountability is by unit or by zone", code="usage.dimension", expected="unit or zone")
    asked = scope(session, ask)
    by_zone = ask.by == ("zone",)
    rows, totals = _zones(session, asked) if by_zone else _units(session, asked)
    metric = ON_TIME[ask.denominator]
    without = no_founding_fact(session, ask)
    left = LeftOut(
        without, "no_founding_fact", Text("cases without a founding fact (no filing is known)", "缺少受理记录的工单")
    )
    return Document(
        "accountability",
        metric,
        asked.told(metric.population),
        ask.as_of,
        _columns(rows, by_zone=by_zone),
        [_with_ratio(row, ask.denominator) for row in rows],
        _with_ratio(totals, ask.denominator),
        left_out=[left] if without else [],
        remarks=_remarks(rows, totals) if by_zone else [],
        freshness=freshness(session),
    )


def _units(session: Session, asked: Scope) -> tuple[list[Row], Row]:
    counted = verdicts.counted(asked, verdicts.dispatches(asked.ask))
    query = _UNITS.format(ctes=_with(asked), counted=counted, measures=verdicts.measures({**ON_FILING, **ON_AXIS}))
    found = {None if row["total"] else (row["party_id"],): row for row in session.rows(query, **asked.given)}
    repeated = session.rows(_REPEATED.format(ctes=_with(asked), counted=counted), **asked.given)
    again = {None if row["total"] else (row["party_id"],): row["repeated"] for row in repeated}
    for key, row in found.items():
        row["cases"] = row["n"] - again.get(key, 0)
    totals = _measures(found.pop(None))
    if not any(totals.values()):
        return [], totals
    shown = {row["party_id"]: row for row in found.values()}
    listed = {row["party_id"] for row in _listed(session, asked, _LISTED_UNITS, _LISTED_UNITS_THERE, asked.given)}
    names = registered(session, "party", {*shown, *listed})
    ordered = [*sorted(names, key=lambda party: (names[party].order, party)), *([None] if None in shown else [])]
    rows = [{"unit": _name(names, party), "unit_id": party, **_measures(shown.get(party, {}))} for party in ordered]
    return rows, totals


def _zones(session: Session, asked: Scope) -> tuple[list[Row], Row]:
    counted = verdicts.counted(asked, verdicts.cases(asked.ask))
    whole = _TOTALS.format(ctes=_with(asked), counted=counted, measures=verdicts.measures({**ON_FILING, **ON_AXIS}))
    totals = _measures(session.one(whole, **asked.given))
    totals["cases"] = totals["n"]
    if not any(totals.values()):
        return [], totals
    given = {**asked.given, "duties": _duties(session, asked)}
    shown: dict[Zone, Row] = {}
    for side, day, some in (("on_filing", "filed_day", ON_FILING), ("on_axis", "due_day", ON_AXIS)):
        query = _ZONES.format(
            ctes=_ctes(asked),
            counted=counted,
            day=day,
            side=side,
            measures=verdicts.measures(some),
            sums=", ".join(f"sum(t.{name})::bigint AS {name}" for name in some),
            first=next(iter(some)),
        )
        for row in session.rows(query, **given):
            zone = shown.setdefault((row["duty"], row["party_id"], row["unlocated"]), {})
            zone.update({name: row[name] for name in (*some, *(["fallback"] if side == "on_filing" else []))})
    listed = {
        (row["duty"], row["party_id"], False)
        for row in _listed(session, asked, _LISTED_PARTIES, _LISTED_PARTIES_THERE, given)
    }
    names = registered(session, "party", {party for _, party, _ in {*shown, *listed}})
    ordered = sorted({*shown, *listed}, key=lambda zone: _zone_order(names, zone))
    return [_zone(names, zone, shown.get(zone, {})) for zone in ordered], totals


def _ctes(asked: Scope) -> str:
    """Common table expressions of the scope, each followed by a comma."""
    return "".join(f"{cte}, " for cte in asked.ctes)


def _with(asked: Scope) -> str:
    """The scope's WITH clause, where it needs one."""
    return f"WITH {', '.join(asked.ctes)}" if asked.ctes else ""


def _listed(session: Session, asked: Scope, everywhere: str, there: str, given: Mapping[str, Any]) -> list[Row]:
    query = everywhere if asked.places is None else there.format(ctes=_ctes(asked))
    return session.rows(query, **given)


def _zone(names: Mapping[str, Registered], zone: Zone, row: Mapping[str, Any]) -> Row:
    duty, party, unlocated = zone
    measures = _measures(row)
    return {
        "zone": UNLOCATED if unlocated else _name(names, party),
        "zone_id": party,
        "duty": duty,
        **measures,
        "cases": measures["n"],
        "fallback": row.get("fallback", 0),
    }


def _zone_order(names: Mapping[str, Registered], zone: Zone) -> tuple[Any, ...]:
    """By duty; parties in official order, then unassigned, then unlocated."""
    duty, party, unlocated = zone
    return (duty or "", unlocated, party is None, names[party].order if party else (), party or "")


def _name(names: Mapping[str, Registered], party: str | None) -> str:
    return UNASSIGNED if party is None else names[party].name


def _measures(row: Mapping[str, Any]) -> Row:
    return {name: row.get(name, 0) for name in ("n", "cases", *VERDICTS)}


def _with_ratio(row: Row, denominator: str) -> Row:
    """The row with its ratio as numerator, denominator and value; 0/0 is null."""
    total = sum(row[measure] for measure in DENOMINATORS[denominator])
    in_time = row["in_time"]
    return {**row, "numerator": in_time, "denominator": total, "on_time_ratio": in_time / total if total else None}


def _duties(session: Session, asked: Scope) -> list[str | None]:
    """The duties to be shown: the one asked for, else all that anybody ever had at the places counted; [None] if
    none.
    """
    asked_for = asked.ask.duty
    if asked_for is None:
        scope = "JOIN place_scope ps ON ps.place_id = c.place_id" if asked.places is not None else ""
        found = session.rows(_DUTIES.format(ctes=_ctes(asked), scope=scope), **asked.given)
        return [row["duty"] for row in found] or [None]
    known = [row["duty"] for row in session.rows('SELECT DISTINCT duty COLLATE "C" AS duty FROM zones ORDER BY 1')]
    if asked_for not in known:
        raise WrongUsage(
            f"nobody is assigned the duty {asked_for!r}",
            code="usage.duty",
            expected=", ".join(known) or "no duty is assigned yet",
        )
    return [asked_for]


def _remarks(rows: Sequence[Row], totals: Row) -> list[Text]:
    """What the rows of zones show twice, and what they are silent about."""
    remarks = []
    duties = sorted({row["duty"] for row in rows if row["duty"] is not None})
    for duty in duties:
        twice = sum(row["n"] for row in rows if row["duty"] == duty) - totals["n"]
        if twice:
            remarks.append(
                Text(
                    f"overlap in {duty}: {twice:,} more in the rows than in the total, which counts each once",
                    f"{duty}责任重叠：分行合计比总数多{twice:,}，总数不重复计",
                )
            )
    if rows and not duties:
        remarks.append(Text("no responsibility is assigned yet", "尚未划分责任区"))
    return remarks


_HEADERS = {
    "in_time": Text("in time", "按期"),
    "late": Text("late", "超期"),
    "open_overdue": Text("over- due", "超期未结"),
    "open_not_due": Text("not due", "未到期"),
    "no_target": Text("no target", "无期限"),
    "withdrawn": Text("with- drawn", "撤销"),
}


def _columns(rows: Sequence[Row], *, by_zone: bool) -> list[Column]:
    several = len({row.get("duty") for row in rows}) > 1
    first = [
        Column("zone", Text("zone", "责任主体"), "label"),
        Column("zone_id", Text("id", "编号"), "hidden"),
        Column("duty", Text("duty", "职责"), "label" if several else "hidden"),
    ]
    unit = [Column("unit", Text("unit", "承办单位"), "label"), Column("unit_id", Text("id", "编号"), "hidden")]
    some_fallback = any(row.get("fallback") for row in rows)
    return [
        *(first if by_zone else unit),
        Column("n", Text("dis- patches", "派单"), "hidden" if by_zone else "count"),
        Column("cases", Text("cases", "工单")),
        *(Column(name, header) for name, header in _HEADERS.items()),
        *([Column("fallback", Text("fall- back", "兜底"), "count" if some_fallback else "hidden")] if by_zone else []),
        Column("numerator", Text("numerator", "分子"), "hidden"),
        Column("denominator", Text("denominator", "分母"), "hidden"),
        Column("on_time_ratio", Text("on time", "按期率"), "ratio"),
    ]
