"""PostgreSQL as the peers write it: the tables of task (b), with whole arrays, a batch or an event at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from bench.peers.cases import CASE, Row, differences, folded
from bench.peers.work import Event

INSTANTS: Final = ("filed_at", "due_at", "dispatched_at", "handled_at", "followed_up_at", "closed_at")
_SECONDS: Final = tuple(name for name in CASE if name.endswith("_seconds"))
_SQL_TYPE: Final[Mapping[str, str]] = {
    **dict.fromkeys(CASE, "text"),
    **dict.fromkeys(INSTANTS, "timestamptz"),
    **dict.fromkeys(_SECONDS, "bigint"),
    "filed_day": "date",
    "case_id": 'text COLLATE "C"',
}
_ARRAY_TYPE: Final[Mapping[str, str]] = {
    **dict.fromkeys(CASE, "text[]"),
    **dict.fromkeys((*INSTANTS, *_SECONDS), "bigint[]"),
    "filed_day": "int[]",
}
_WRITTEN: Final[Mapping[str, str]] = {
    **{name: name for name in CASE},
    **{name: f"to_timestamp({name} / 1000000.0)" for name in INSTANTS},
    "filed_day": "date '1970-01-01' + filed_day",
}
_READ: Final[Mapping[str, str]] = {
    **{name: name for name in CASE},
    **{name: f"(extract(epoch FROM {name}) * 1000000)::bigint AS {name}" for name in INSTANTS},
    "filed_day": "filed_day - date '1970-01-01' AS filed_day",
}

CREATE: Final = f"""
CREATE TABLE cases ({", ".join(f"{name} {_SQL_TYPE[name]}" for name in CASE)}, PRIMARY KEY (case_id))
    WITH (fillfactor = 70);
CREATE TABLE counts_by_day (day date, place_id text COLLATE "C", category text COLLATE "C", cases bigint, open bigint,
    closed bigint, voided bigint DEFAULT 0, referred bigint DEFAULT 0, PRIMARY KEY (day, place_id, category));
CREATE TABLE response_times_by_category (day date, category text COLLATE "C", stage text COLLATE "C", bucket smallint,
    n bigint, PRIMARY KEY (day, category, stage, bucket));
"""
SELECT_CASES: Final = f"SELECT {', '.join(_READ[name] for name in CASE)} FROM cases WHERE case_id = ANY(%s::text[])"
UPSERT_CASES: Final = (
    f"INSERT INTO cases SELECT {', '.join(_WRITTEN[name] for name in CASE)}"
    f" FROM unnest({', '.join(f'%s::{_ARRAY_TYPE[name]}' for name in CASE)}) AS new({', '.join(CASE)}) ORDER BY case_id"
    f" ON CONFLICT (case_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in CASE[1:])}"
)
ADD_COUNTS: Final = (
    "INSERT INTO counts_by_day AS c (day, place_id, category, cases, open, closed)"
    " SELECT date '1970-01-01' + day, place_id, category, cases, open, closed"
    " FROM unnest(%s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])"
    " AS new(day, place_id, category, cases, open, closed) ORDER BY 1, 2, 3"
    " ON CONFLICT (day, place_id, category) DO UPDATE"
    " SET cases = c.cases + excluded.cases, open = c.open + excluded.open, closed = c.closed + excluded.closed"
)
ADD_TIMES: Final = (
    "INSERT INTO response_times_by_category AS r SELECT date '1970-01-01' + day, category, stage, bucket, n"
    " FROM unnest(%s::int[], %s::text[], %s::text[], %s::smallint[], %s::bigint[])"
    " AS new(day, category, stage, bucket, n)"
    " ORDER BY 1, 2, 3, 4 ON CONFLICT (day, category, stage, bucket) DO UPDATE SET n = r.n + excluded.n"
)

Statement = tuple[str, list[list[Any]]]


def opened(postgres: str, schema: str) -> psycopg.Connection[Any]:
    """A connection to fresh tables in a schema of their own."""
    connection: psycopg.Connection[Any] = psycopg.connect(postgres, options=f"-c search_path={schema}")
    connection.execute(CREATE)
    connection.commit()
    return connection


def written(before: Mapping[str, Row], now: Mapping[str, Row]) -> list[Statement]:
    """The statements, with their arrays, that bring the tables from one state of some cases to another."""
    changed = [row for case_id, row in now.items() if row is not before.get(case_id)]
    counts, times = differences(before, now)
    told = [(UPSERT_CASES, [[row[name] for row in changed] for name in CASE])] if changed else []
    told += [(ADD_COUNTS, _columns(counts))] if counts else []
    told += [(ADD_TIMES, _columns(times))] if times else []
    return told


def _columns(cells: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*cells, strict=True)]


def write_batch(connection: psycopg.Connection[Any], events: Iterable[tuple[str, Event]]) -> int:
    """Bring the tables up to date with a batch of events, in one transaction; how many cases it touched."""
    batch = list(events)
    keys = sorted({event["case_id"] for _, event in batch})
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        before = {row["case_id"]: row for row in cursor.execute(SELECT_CASES, (keys,))}
        statements = written(before, folded(before, batch))
        with connection.pipeline():
            for sql, arrays in statements:
                cursor.execute(sql, arrays)
    return len(keys)


async def write_event(connection: psycopg.AsyncConnection[Any], name: str, event: Event) -> None:
    """Bring the tables up to date with one event, in one transaction."""
    async with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SELECT_CASES, ([event["case_id"]],))
        before = {row["case_id"]: row for row in await cursor.fetchall()}
        statements = written(before, folded(before, [(name, event)]))
        async with connection.pipeline():
            for sql, arrays in statements:
                await cursor.execute(sql, arrays)
