"""Does the reference scenario come out? Each of its 35 rows: what is expected, what the views say, and the verdict.

The rows stand in one file a zone, each with the query that finds its figures. A row whose views do not exist (yet) is
listed as not yet told, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from psycopg import sql

from linli.reports.document import Column, Document
from linli.reports.freshness import freshness
from linli.reports.metrics import Metric, Text
from linli.reports.scenario.economic import ECONOMIC_ROWS
from linli.reports.scenario.high_tech import HIGH_TECH_ROWS
from linli.reports.scenario.residents import RESIDENTS_ROWS
from linli.reports.scenario.row import HERE, ScenarioRow, Verdict, agrees
from linli.reports.scenario.xiaolan import XIAOLAN_ROWS
from linli.reports.session import Row, Session
from producers.scenario.figures import LAST_DAY, Figure
from producers.scenario.telling import SHANGHAI, source_of
from projections.migrate import reporting_of
from schemas.ids import entity_id

ROWS: Final[Sequence[ScenarioRow]] = (*HIGH_TECH_ROWS, *RESIDENTS_ROWS, *ECONOMIC_ROWS, *XIAOLAN_ROWS)

METRIC: Final = Metric(
    "scenario_figures",
    1,
    Text(
        "Each row's figures, counted from the reporting views, beside those published or set by the scenario: ok where "
        "all agree (a range: lies within), differs otherwise, not yet told where no view tells it.",
        "各行指标：由报表视图统计，与公布值或情景设定值对照；全部相符为ok（区间为落入其中），"
        "否则为differs；尚无视图者为not yet told。",
    ),
    Text("the events of one seed of the reference scenario", "参考情景（某一种子）的全部事件"),
    Text("read as of the end of the scenario's last local day", "以情景末日（当地日）终了为准"),
)

COLUMNS: Final = (
    Column("row", Text("row", "行"), "label", whole=True),
    Column("what", Text("what", "事项"), "label"),
    Column("expected", Text("expected", "应为"), "label"),
    Column("found", Text("found", "实为"), "label"),
    Column("view", Text("view", "视图"), "hidden"),
    Column("verdict", Text("verdict", "结论"), "label", whole=True),
)

_VIEWS = "SELECT viewname::text AS name FROM pg_views WHERE schemaname = %(schema)s"


def report(session: Session, seed: int, day: date = LAST_DAY, language: str = "en") -> Document:
    """The rows {row, what, expected, found, view, verdict, figures: [{name, expected, found, agrees}]} and how many of
    each verdict. `day`: the local day as of whose end all is read.
    """
    _views_first(session)
    there = {row["name"] for row in session.rows(_VIEWS, schema=reporting_of(session.schema))}
    rows = [_told(session, row, seed, day, there, language) for row in ROWS]
    verdicts = [row["verdict"] for row in rows]
    counts = {name.replace(" ", "_"): verdicts.count(name) for name in ("ok", "differs", "not yet told")}
    end = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return Document(
        "scenario",
        METRIC,
        Text(f"{METRIC.population.en}: seed {seed}", f"{METRIC.population.zh}：{seed}"),
        end.astimezone(UTC),
        COLUMNS,
        rows,
        {"n": len(rows), **counts},
        remarks=[_summary(counts)],
        freshness=freshness(session),
    )


def _views_first(session: Session) -> None:
    """Names mean the reporting views from here on, not the tables of the same name."""
    path = sql.SQL(", ").join(map(sql.Identifier, (reporting_of(session.schema), session.schema)))
    session.connection.execute(sql.SQL("SET LOCAL search_path = {}").format(path))


def _told(session: Session, row: ScenarioRow, seed: int, day: date, there: set[str], language: str) -> Row:
    found: Mapping[str, Any] = {}
    missing = [view for view in row.views if view not in there]
    if row.query is not None and not missing:
        given = {"zone": entity_id(source_of(seed), row.zone), "day": day, "source": source_of(seed)}
        found = session.one(f"{HERE}{row.query}", **given)
    figures = [_figure(name, expected, _number(found.get(name))) for name, expected in row.figures.items()]
    return {
        "row": row.id,
        "what": row.what.told(language),
        "expected": _line(figures, "expected"),
        "found": _line(figures, "found") if found else "—",
        "view": ", ".join(row.views),
        "verdict": _verdict(figures, told=bool(found)),
        "n": 1,
        "figures": figures,
    }


def _figure(name: str, expected: Figure, found: float | None) -> Row:
    return {"name": name, "expected": str(expected), "found": found, "agrees": agrees(expected, found)}


def _verdict(figures: Sequence[Row], *, told: bool) -> Verdict:
    if not told:
        return "not yet told"
    return "ok" if all(figure["agrees"] for figure in figures) else "differs"


def _number(value: Any) -> float | int | None:
    """Decimals of the database as plain numbers; whole ones as integers."""
    if value is None or isinstance(value, int):
        return value
    told = float(value)
    return int(told) if told.is_integer() else told


def _line(figures: Sequence[Row], which: str) -> str:
    return "; ".join(f"{figure['name'].replace('_', ' ')} {figure[which]}" for figure in figures)


def _summary(counts: Mapping[str, int]) -> Text:
    ok, differs, missing = counts["ok"], counts["differs"], counts["not_yet_told"]
    return Text(
        f"{ok} rows ok, {differs} differ, {missing} not yet told",
        f"相符{ok}行，不符{differs}行，尚未统计{missing}行",
    )
