"""Which rows a question is about: period, source, place with all below it. Shared by every report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.reports.ask import DEFAULT_ZONE, Ask
from linli.reports.metrics import Text
from linli.reports.session import Select, Session
from schemas.errors import WrongUsage

PLACE_SCOPE = """place_scope AS MATERIALIZED (
    SELECT place_id, range_agg(days) AS days FROM (
        SELECT place_id, daterange(valid_from, valid_to) AS days FROM place_ancestors
        WHERE ancestor_id = ANY(%(places)s) AND hierarchy = %(hierarchy)s
        UNION ALL SELECT unnest(%(places)s::text[]), daterange(NULL, NULL)
    ) below GROUP BY place_id
)"""
"""The places asked about and all below them, each with the days on which it lies there (the tree of that day)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`places`: ids that the asked place stands for, None for no limit. `given`: the parameters of the SQL below."""

    ask: Ask
    places: tuple[str, ...] | None
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def ctes(self) -> list[str]:
        """The common table expression that `joins` needs."""
        return [PLACE_SCOPE] if self.places is not None else []

    def joins(self, alias: str, day: str) -> list[str]:
        """Keeps rows whose place lies in the asked one on the day that the SQL expression `day` names."""
        if self.places is None:
            return []
        return [f"JOIN place_scope ps ON ps.place_id = {alias}.place_id AND {day} <@ ps.days"]

    def conditions(self, alias: str) -> list[str]:
        """Conditions on the rows themselves, without period and place."""
        return [f"{alias}.source = %(source)s"] if self.ask.source else []

    def period(self, day: str) -> list[str]:
        """Conditions on the day that the SQL expression names: half-open."""
        return [
            *([f"{day} >= %(since)s"] if self.ask.since else []),
            *([f"{day} < %(until)s"] if self.ask.until else []),
        ]

    def told(self, population: Text) -> Text:
        """The population in words: what the metric counts, and what was asked for."""
        ask = self.ask
        en = [population.en, f"period {ask.period} on the time axis" if ask.period else ""]
        zh = [population.zh, f"时间轴区间{ask.period}" if ask.period else ""]
        if ask.place is not None:
            en.append(f"place {ask.place} ({_number(self.places)}) and all below it ({ask.hierarchy})")
            zh.append(f"地点{ask.place}及其全部下级（{ask.hierarchy}）")
        if ask.source:
            en.append(f"source {ask.source}")
            zh.append(f"来源{ask.source}")
        return Text("; ".join(filter(None, en)), "；".join(filter(None, zh)))


def _number(places: Sequence[str] | None) -> str:
    count = len(places or ())
    return "1 place" if count == 1 else f"{count} places of that name"


def scope(session: Session, ask: Ask) -> Scope:
    """What the question is about; WrongUsage `usage.place` or `usage.source` when nothing is called so."""
    if ask.source and not session.rows("SELECT FROM cases WHERE source = %(source)s LIMIT 1", source=ask.source):
        sources = session.rows("SELECT DISTINCT source FROM cases ORDER BY source")
        if sources:
            known = ", ".join(row["source"] for row in sources)
            raise WrongUsage(f"no case is from source {ask.source!r}", code="usage.source", expected=known)
    places = _places(session, ask.place) if ask.place is not None else None
    given = {
        "places": list(places or ()),
        "hierarchy": ask.hierarchy,
        "source": ask.source,
        "since": ask.since,
        "until": ask.until,
        "as_of": ask.as_of,
    }
    return Scope(ask, places, given)


_FIND_PLACE = """
SELECT place_id FROM places WHERE place_id = %(asked)s OR name = %(asked)s OR short_name = %(asked)s OR code = %(asked)s
UNION SELECT place_id FROM place_aliases WHERE alias = %(asked)s
UNION SELECT place_id FROM zones WHERE place_id = %(asked)s
UNION SELECT place_id FROM cases WHERE place_id = %(asked)s
ORDER BY place_id"""


def _places(session: Session, asked: str) -> tuple[str, ...]:
    """All places of that id, name, short name, code or alias: several where a name occurs several times."""
    found = tuple(row["place_id"] for row in session.rows(_FIND_PLACE, asked=asked))
    if not found:
        near = session.rows(
            "SELECT DISTINCT name FROM places WHERE strpos(lower(name), lower(%(asked)s)) > 0 ORDER BY name LIMIT 5",
            asked=asked,
        )
        raise WrongUsage(
            f"no place is called {asked!r}",
            code="usage.place",
            expected="a place id or a registered name"
            + (f", such as {', '.join(row['name'] for row in near)}" if near else ""),
            place=asked,
        )
    return found


def no_founding_fact(session: Session, ask: Ask) -> int:
    """How many cases have no filing among their facts: they are in no figure."""
    row = session.one(
        "SELECT count(*) AS n FROM cases WHERE filed_at IS NULL AND (%(source)s::text IS NULL OR source = %(source)s)",
        source=ask.source,
    )
    return int(row["n"])


def sources_of(session: Session, ask: Ask) -> list[str]:
    """The sources of the cases asked about, whatever the period."""
    asked = scope(session, ask)
    query = Select(
        {"source": "DISTINCT c.source"},
        "cases c",
        ctes=asked.ctes,
        joins=asked.joins("c", "c.filed_day"),
        where=["c.source IS NOT NULL", *asked.conditions("c")],
    )
    return [row["source"] for row in session.rows(query, **asked.given)]


def zone_of(session: Session, ask: Ask) -> str:
    """The time zone in which a bare date begins: that of the cases asked about where they agree on one, else the
    default.
    """
    asked = scope(session, ask)
    query = Select(
        {"zone": "DISTINCT c.time_zone"},
        "cases c",
        ctes=asked.ctes,
        joins=asked.joins("c", "c.filed_day"),
        where=["c.time_zone IS NOT NULL", *asked.conditions("c")],
    )
    zones = [row["zone"] for row in session.rows(query, **asked.given)]
    return zones[0] if len(zones) == 1 else DEFAULT_ZONE
