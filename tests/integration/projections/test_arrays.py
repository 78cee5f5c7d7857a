"""What goes in as arrays comes back through COPY exactly, whatever it is."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from projections.digest import digest, statement
from projections.model import TIMESTAMP, Column, Table
from projections.postgres import Session
from projections.tables import SessionTables
from tests.contracts import toy

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)

DTYPES: dict[str, Any] = {
    "key": pl.String,
    "text": pl.String,
    "big": pl.Int64,
    "middle": pl.Int32,
    "small": pl.Int16,
    "yes": pl.Boolean,
    "number": pl.Float64,
    "day": pl.Date,
    "at": TIMESTAMP,
}
TABLE = Table("every_type", ("key",), tuple(Column(name, dtype, name, "列") for name, dtype in DTYPES.items()))

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
rows = st.fixed_dictionaries(
    {
        "text": st.none() | texts | st.text("\\\"',\n\r\t {}N.", max_size=5),
        "big": st.none() | st.integers(-(2**63), 2**63 - 1),
        "middle": st.none() | st.integers(-(2**31), 2**31 - 1),
        "small": st.none() | st.integers(-(2**15), 2**15 - 1),
        "yes": st.none() | st.booleans(),
        "number": st.none() | st.floats(allow_nan=False),
        "day": st.none() | st.dates(),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
    }
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(told=st.dictionaries(texts, rows, min_size=1, max_size=8))
@example(told={"": {**dict.fromkeys(DTYPES), "text": "x" * 5000}, "b": {**dict.fromkeys(DTYPES), "text": "\\."}})
@example(told={"'\\": {**dict.fromkeys(DTYPES), "day": date(1, 1, 1), "at": datetime(9999, 12, 31, tzinfo=UTC)}})
def test_rows_come_back_as_they_went_in(session: Session, told: dict[str, dict[str, Any]]) -> None:
    session.execute(f"DROP TABLE IF EXISTS {TABLE.name}; {toy.create(TABLE)}")
    frame = pl.DataFrame([{**row, "key": key} for key, row in told.items()], schema=DTYPES).sort("key")
    tables = SessionTables(session)
    tables.write(TABLE, frame)
    assert tables.rows(TABLE, list(told), TABLE.names).sort("key").equals(frame)
    assert tables.rows(TABLE, ["not there"], TABLE.names).equals(frame.clear())
    assert digest(TABLE, frame) == digest_of_table(session)
    tables.write(TABLE, frame.with_columns(text=pl.lit("new")))
    tables.delete(TABLE, frame.select("key").head(1))
    left = frame.with_columns(text=pl.lit("new")).slice(1)
    assert tables.rows(TABLE, list(told), TABLE.names).sort("key").equals(left)


def digest_of_table(session: Session) -> str:
    """Hashed as PostgreSQL sends it."""
    return hashlib.sha256(b"".join(session.copy_out(statement(TABLE)))).hexdigest()
