"""The state as at an earlier instant, in valid time: what we know now about what had happened by then.

Rows are derived anew by the very functions of live processing, from the facts that count today (corrections and
annulments included, whenever they were made) and had occurred by the instant. They go into temporary tables that stand
in front of the real ones, so that every report runs unchanged. Places, parties and zones need no cut: they are
effective-dated, and no figure looks at a day after the instant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl
from psycopg import sql

from linli.reports.metrics import Text
from linli.reports.session import Session
from projections import heads
from projections.model import Projection
from projections.touch import EVERY_OFFSET, Derivation
from schemas.catalogue import COMPLAINTS, Family
from schemas.errors import Refused

CHUNK = 5_000
"""Entities derived at once."""

_INSTANT = "%Y-%m-%d %H:%M:%S%.6f+00"


@dataclass
class _Firsts:
    """When each source's first fact occurred."""

    at: dict[str, datetime] = field(default_factory=dict)

    def see(self, facts: pl.DataFrame) -> None:
        for source, first in facts.group_by("source").agg(pl.col("occurred_at").min()).iter_rows():
            if source is not None:
                self.at[source] = min(first, self.at.get(source, first))


def at(
    session: Session, derivation: Derivation, instant: datetime, sources: Collection[str]
) -> tuple[Session, list[Text]]:
    """The same session reading the state as at `instant`; remarks about those of `sources` that had not begun by then.

    Refused `refused.before_first` when none of them had: the answer is not 0, there is none.
    """
    projections = derivation.of(COMPLAINTS)
    for projection in projections:
        session.connection.execute(_shadow(session, projection))
    firsts = _Firsts()
    for facts in _facts(session, derivation, COMPLAINTS):
        firsts.see(facts)
        so_far = facts.filter(pl.col("occurred_at") <= instant)
        for projection in projections:
            _copy(session, projection, projection.rows(so_far))
    for projection in projections:
        session.connection.execute(sql.SQL("ANALYZE pg_temp.{}").format(sql.Identifier(projection.table.name)))
    return replace(session, derived=True), _remarks(
        {name: first for name, first in firsts.at.items() if name in sources}, instant
    )


def _shadow(session: Session, projection: Projection) -> sql.Composed:
    name = sql.Identifier(projection.table.name)
    return sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}.{}) ON COMMIT DROP").format(
        name, sql.Identifier(session.schema), name
    )


def _facts(session: Session, derivation: Derivation, family: Family) -> Iterator[pl.DataFrame]:
    """The facts that count, of some entities at a time."""
    stored = sql.SQL("SELECT key, heads, bodies FROM {}.{} ORDER BY key").format(
        sql.Identifier(session.schema), sql.Identifier(f"facts_{family.name}")
    )
    with session.connection.cursor("facts", row_factory=lambda _: tuple, binary=True) as cursor:
        cursor.execute(stored)
        while entries := cursor.fetchmany(CHUNK):
            blobs = heads.blobs(entries)
            frames = [
                (derivation.schemas.by_id(run.schema_id).event, heads.decoded(derivation.schemas, run))
                for run in heads.runs(blobs, EVERY_OFFSET)
            ]
            yield derivation.valid_facts(frames, family)[0]


def _copy(session: Session, projection: Projection, rows: pl.DataFrame) -> None:
    names: Sequence[str] = projection.table.names
    statement = sql.SQL("COPY pg_temp.{} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(projection.table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with session.connection.cursor() as cursor, cursor.copy(statement) as copy:
        # an empty text is quoted and NULL is bare, in what Polars writes as in what PostgreSQL reads
        copy.write(rows.select(names).write_csv(include_header=False, datetime_format=_INSTANT))


def _remarks(firsts: dict[str, datetime], instant: datetime) -> list[Text]:
    if firsts and instant < min(firsts.values()):
        first = min(firsts.values())
        raise Refused(
            f"nothing had occurred yet at {instant.isoformat()}",
            code="refused.before_first",
            expected=f"an instant at or after {first.isoformat()}, when the first record known occurred",
            remedy="ask for a later --as-of; before the first record the answer is not 0, there is none",
            first=first.isoformat(),
        )
    return [
        Text(
            f"{source} had not begun by then: its first record is of {first:%Y-%m-%d}",
            f"{source}当时尚无记录（首条{first:%Y-%m-%d}）",
        )
        for source, first in sorted(firsts.items())
        if first > instant
    ]
