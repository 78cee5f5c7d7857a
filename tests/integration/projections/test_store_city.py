"""The real projections, in both stores: whatever arrives, in whatever batches, the same digests."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections import PROJECTIONS, ROLL_UPS
from projections.batch import OFFSET, Batch, Fact, facts_frame
from projections.cells import recount
from projections.facts import valid_facts
from projections.memory import MemoryStore
from projections.postgres import PostgresStore, Session
from projections.store import LogEdge, Store
from projections.touch import Derivation
from schemas.catalogue import FAMILIES, Family
from schemas.codec import decode_block
from tests.contracts.toy import SCHEMAS
from tests.histories import Told, histories

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)

CITY = Derivation(SCHEMAS, valid_facts, PROJECTIONS, ROLL_UPS)
DERIVED = [family for family in FAMILIES if CITY.of(family)]
"""Families with rows; that the facts of the others are kept, tests/e2e/test_every_type.py tells."""


def batch_of(told: Sequence[Told], family: Family, before: int) -> Batch:
    """Events in the order of their arrival, from the offset `before`."""
    facts = [
        Fact(
            event[family.key], event["event_id"], schema_id, before + at, 1_000, SCHEMAS.by_id(schema_id).encode(event)
        )
        for at, (event_type, event) in enumerate(told)
        for schema_id in [SCHEMAS.id_of(event_type)]
    ]
    frames: dict[int, pl.DataFrame] = {}
    for schema_id in {fact.schema_id for fact in facts}:
        alike = [fact for fact in facts if fact.schema_id == schema_id]
        block = decode_block(SCHEMAS.by_id(schema_id), [one.body for one in alike], [one.event_id for one in alike])
        frames[schema_id] = block.frame.with_columns(pl.Series(OFFSET, [one.offset for one in alike], dtype=pl.Int64))
    return Batch("project", family.topic, 0, before, before + len(facts), facts_frame(facts), frames)


def applied(store: Store, arrivals: Sequence[Sequence[Told]], family: Family) -> dict[str, str]:
    """Digests after batches of these events."""
    claims = store.claim("project", family.topic, {0: LogEdge(0, 10**6)}, "T", lambda *_: None)
    before = claims[0].next
    for arrival in arrivals:
        store.apply(batch_of(arrival, family, before), claims[0].epoch)
        before += len(arrival)
    return store.digests()


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_both_stores_have_the_same_digests(database: str, session: Session, data: st.DataObject) -> None:
    memory, whole, postgres = MemoryStore(CITY), MemoryStore(CITY), PostgresStore(database, CITY)
    tables = [
        *(value.table.name for value in (*PROJECTIONS, *ROLL_UPS)),
        *(f"facts_{family.name}" for family in DERIVED),
    ]
    session.execute(f"TRUNCATE positions, {', '.join(tables)}")
    for family in DERIVED:
        told = data.draw(histories(family), label=family.name)
        arrival = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=3))]))
        cut = data.draw(st.integers(1, len(arrival)))
        arrivals = [arrival[:cut], *([arrival[cut:]] if cut < len(arrival) else [])]
        digests = applied(memory, arrivals, family)
        assert applied(postgres, arrivals, family) == digests
        assert applied(whole, [told], family) == digests
    for roll_up in ROLL_UPS:
        rows = postgres.table(CITY.tables[roll_up.over])
        assert postgres.table(roll_up.table).equals(recount(roll_up, rows)), roll_up.name
    postgres.close()
