"""What every store must do.

A subclass gives the fixtures `knob`, `store` (over `toy.derivation(knob)`, empty) and `fresh` (makes such a store).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from projections.batch import DeadLetter
from projections.cells import recount
from projections.digest import digest
from projections.store import Applied, Fenced, LogEdge, Store
from projections.touch import Derivation
from schemas.catalogue import COMPLAINTS
from schemas.errors import Refused
from tests.contracts import toy
from tests.contracts.toy import ANNULLED, CLOSED, FILED, NOTED, TOPIC, Event, Knob, batch_of
from tests.examples import examples

DAY = 86_400_000_000
HASH = hashlib.sha256(b"record").digest()
AWKWARD = ["", None, 'a "b", c', "tab\tnew\nline\r\n", "back\\slash \\N", "\\.", "\\N", "区'县", " ", "'; --", "{a,b}"]


def claimed(store: Store, partition: int = 0, *, topic_id: str = "T", end: int = 10**9, role: str = "project") -> int:
    """Claim one partition of a log that holds every offset; its epoch."""
    found = store.claim(role, TOPIC, {partition: LogEdge(0, end)}, topic_id, lambda *_: HASH)
    return found[partition].epoch


def life(case: int, *, start: int = 0) -> list[Event]:
    """Filed, noted, closed: a case named after its number, with ids of its own."""
    name, at = f"toy:{case:04d}", 1_580_000_000_000_000 + start * DAY
    return [
        Event(FILED, name, 10 * case, at, {"category": f"c{case % 3}", "lat": case / 7}),
        Event(NOTED, name, 10 * case + 1, at + 1),
        Event(CLOSED, name, 10 * case + 2, at + 2),
    ]


def check_cells(store: Store, derivation: Derivation) -> None:
    """Σ cells(rows) are the stored cells, whatever happened before."""
    for roll_up in derivation.roll_ups:
        rows = store.table(derivation.tables[roll_up.over])
        assert store.table(roll_up.table).equals(recount(roll_up, rows)), roll_up.name


class StoreContract:
    """One specification; `tests/unit/projections` and `tests/integration/projections` run it."""

    def test_a_new_position_starts_at_the_logs_beginning(self, store: Store) -> None:
        claims = store.claim("project", TOPIC, {1: LogEdge(0, 5), 2: LogEdge(7, 9)}, "T", lambda *_: None)
        assert {partition: (claim.next, claim.epoch) for partition, claim in claims.items()} == {1: (0, 1), 2: (7, 1)}
        assert store.positions("project") == {(TOPIC, 1): 0, (TOPIC, 2): 7}
        assert store.positions("react") == {}

    def test_rows_and_cells_follow_the_facts(self, store: Store) -> None:
        events = [*life(1), *life(2), *life(4)[:2]]
        done = store.apply(batch_of(events), claimed(store))
        assert done == Applied(applied=8)
        assert store.table(toy.CASES).select("case_id", "category", "closed", "facts").rows() == [
            ("toy:0001", "c1", True, 3),
            ("toy:0002", "c2", True, 3),
            ("toy:0004", "c1", False, 2),
        ]
        assert store.table(toy.COUNTS).drop("day").rows() == [("c1", 2, 1), ("c2", 1, 1)]
        assert store.table(toy.TYPES).rows() == [(CLOSED.name, 2), (FILED.name, 3), (NOTED.name, 3)]

    def test_a_late_fact_moves_a_case_between_cells(self, store: Store) -> None:
        epoch = claimed(store)
        filed = life(1)[0]
        earlier = Event(FILED, filed.case_id, 5, filed.occurred_at - 3 * DAY, {"category": "c0"})
        store.apply(batch_of([filed]), epoch)
        store.apply(batch_of([earlier], 1), epoch)
        assert store.table(toy.COUNTS).drop("day").rows() == [("c0", 1, 0)]
        check_cells(store, toy.derivation())

    def test_an_annulled_fact_leaves_no_trace_in_rows_and_cells(self, store: Store) -> None:
        epoch = claimed(store)
        filed, noted, closed = life(1)
        store.apply(batch_of([filed, noted, closed]), epoch)
        targets = {"targets": [filed.event_id, noted.event_id, closed.event_id, Event(ANNULLED, "", 9).event_id]}
        annulled = Event(ANNULLED, filed.case_id, 9, values=targets)
        assert store.apply(batch_of([annulled], 3), epoch) == Applied(applied=1)
        assert [store.table(table).height for table in toy.TABLES] == [0, 0, 0, 0]
        assert [len(facts) for _, facts in store.read_facts(COMPLAINTS)] == [4]

    def test_a_repeat_is_counted_and_changes_nothing(self, store: Store) -> None:
        epoch = claimed(store)
        store.apply(batch_of([*life(1), *life(2)]), epoch)
        before, facts = store.digests(), list(store.read_facts(COMPLAINTS))
        again = [*life(2), *life(1), *life(3), *life(3)]
        assert store.apply(batch_of(again, 6), epoch) == Applied(applied=3, repeated=9)
        added = [(key, kept) for key, kept in store.read_facts(COMPLAINTS) if key != "toy:0003"]
        assert added == facts
        assert [fact.offset for fact in dict(store.read_facts(COMPLAINTS))["toy:0003"]] == [12, 13, 14]
        store.apply(
            batch_of([Event(ANNULLED, "toy:0003", 39, values={"targets": _ids(life(3)) + _ids(39)})], 18), epoch
        )
        assert store.digests() == before
        assert store.balances("project")[TOPIC, 0].closes

    def test_a_redelivered_batch_is_recognised(self, store: Store) -> None:
        epoch = claimed(store)
        batch = batch_of(life(1))
        store.apply(batch, epoch)
        before = (store.digests(), store.balances("project"), list(store.read_facts(COMPLAINTS)))
        assert store.apply(batch, epoch) == Applied()
        assert (store.digests(), store.balances("project"), list(store.read_facts(COMPLAINTS))) == before

    def test_the_second_claim_fences_the_first(self, store: Store) -> None:
        first = claimed(store)
        second = claimed(store)
        for attempt in (
            lambda: store.apply(batch_of(life(1)), first),
            lambda: store.pass_over("project", TOPIC, 0, 0, 5, first),
            lambda: store.rederive("project", TOPIC, 0, first, ["toy:0001"]),
        ):
            with pytest.raises(Fenced):
                attempt()
        assert store.table(toy.CASES).height == 0
        assert store.apply(batch_of(life(1)), second) == Applied(applied=3)

    @pytest.mark.parametrize("before", [1, 4])
    def test_a_batch_that_does_not_follow_is_fenced(self, store: Store, before: int) -> None:
        epoch = claimed(store)
        store.apply(batch_of(life(1)), epoch)
        with pytest.raises(Fenced):
            store.apply(batch_of(life(2)[:1], before, after=before + 1), epoch)
        assert store.positions("project") == {(TOPIC, 0): 3}

    def test_every_offset_is_told(self, store: Store) -> None:
        epoch = claimed(store)
        headers = [("ce_id", b"x"), ("", None), ("ce_id", b"\0\xff")]
        dead = [DeadLetter(TOPIC, 0, 3, 1_580_000_000_123, b"\xff", headers, None, "record.framing", "a\0b")]
        batch = batch_of(life(1), dead=dead, void=2, after=6)
        assert store.apply(batch, epoch) == Applied(applied=3, dead=1, void=2)
        store.pass_over("project", TOPIC, 0, 6, 9, epoch)
        balance = store.balances("project")[TOPIC, 0]
        assert (balance.next, balance.applied, balance.dead_lettered, balance.void) == (9, 3, 1, 5)
        assert balance.closes

    def test_another_topic_is_refused(self, store: Store) -> None:
        claimed(store)
        with pytest.raises(Refused) as refused:
            claimed(store, topic_id="another")
        assert refused.value.code == "refused.topic_recreated"
        assert refused.value.remedy

    def test_a_cut_log_is_refused(self, store: Store) -> None:
        store.apply(batch_of(life(1), last_hash=HASH), claimed(store))
        store.pass_over("project", TOPIC, 0, 3, 5, claimed(store))
        with pytest.raises(Refused) as refused:
            store.claim("project", TOPIC, {0: LogEdge(0, 9)}, "T", lambda partition, offset: b"other" * (offset == 2))
        assert refused.value.code == "refused.log_truncated"
        claims = store.claim("project", TOPIC, {0: LogEdge(0, 9)}, "T", lambda _, offset: HASH if offset == 2 else None)
        assert claims[0].next == 5

    @pytest.mark.parametrize("edge", [LogEdge(0, 2), LogEdge(4, 9)])
    def test_a_position_outside_of_the_log_is_refused(self, store: Store, edge: LogEdge) -> None:
        epoch = claimed(store)
        store.apply(batch_of(life(1)), epoch)
        with pytest.raises(Refused) as refused:
            store.claim("project", TOPIC, {0: edge, 1: LogEdge(0, 0)}, "T", lambda *_: None)
        assert refused.value.code == "refused.position_outside"
        assert store.positions("project") == {(TOPIC, 0): 3}
        assert store.apply(batch_of(life(2), 3), epoch) == Applied(applied=3)

    def test_facts_are_kept_to_the_byte(self, store: Store) -> None:
        epoch = claimed(store)
        first, second = batch_of([*life(2), *life(1)]), batch_of([Event(NOTED, "toy:0001", 99)], 6)
        store.apply(first, epoch)
        store.apply(second, epoch)
        kept = dict(store.read_facts(COMPLAINTS))
        assert list(kept) == ["toy:0001", "toy:0002"]
        assert kept["toy:0001"] == [
            fact for fact in (*toy.facts_in(first), *toy.facts_in(second)) if fact.key == "toy:0001"
        ]
        assert dict(store.read_facts(COMPLAINTS, ["toy:0002", "toy:9999"])) == {"toy:0002": kept["toy:0002"]}

    def test_text_and_nulls_survive(self, store: Store) -> None:
        texts = [(f"toy:{number}{text or ''}", text) for number, text in enumerate(AWKWARD)]
        events = [Event(FILED, key, number, 1, {"category": text}) for number, (key, text) in enumerate(texts)]
        epoch = claimed(store)
        store.apply(batch_of(events), epoch)
        assert store.table(toy.CASES).select("case_id", "category").rows() == sorted(texts)
        more = [Event(CLOSED, key, 50 + number, 2) for number, (key, _) in enumerate(texts)]
        store.apply(batch_of(more, len(events)), epoch)
        check_cells(store, toy.derivation())
        assert store.digests()["toy_cases"] == digest(toy.CASES, store.table(toy.CASES))

    def test_times_and_numbers_survive(self, store: Store) -> None:
        at = [0, -1, 253_402_300_799_999_999, 1_580_000_000_000_001, -62_135_596_800_000_000]
        lat = [None, 0.1, -0.0, 1e-300, 5e300]
        events = [
            Event(FILED, f"toy:{i}", i, when, {"lat": number})
            for i, (when, number) in enumerate(zip(at, lat, strict=True))
        ]
        store.apply(batch_of(events), claimed(store))
        rows = store.table(toy.CASES)
        assert rows["filed_at"].to_physical().to_list() == at
        assert rows["filed_day"].to_physical().to_list() == [when // DAY for when in at]
        assert str(rows["lat"].to_list()) == str(lat)
        assert store.digests()["toy_cases"] == digest(toy.CASES, rows)

    def test_the_digest_is_known(self, store: Store) -> None:
        """Golden: a digest is published, so its definition never changes."""
        store.apply(batch_of([*life(1), *life(2)]), claimed(store))
        day = 1_580_000_000_000_000 // DAY
        cells = f'{day},"c1",1,1\n{day},"c2",1,1\n'
        assert store.digests()["toy_counts"] == hashlib.sha256(cells.encode()).hexdigest()

    def test_a_changed_rule_is_a_touch_without_facts(self, store: Store, knob: Knob) -> None:
        epoch = claimed(store)
        store.apply(batch_of([*life(1), *life(2)]), epoch)
        before = store.digests()
        knob.suffix = "!"
        store.rederive("project", TOPIC, 0, epoch, ["toy:0002", "toy:0001", "toy:0002", "toy:none"])
        assert store.table(toy.COUNTS)["category"].to_list() == ["c1!", "c2!"]
        check_cells(store, toy.derivation())
        knob.suffix = ""
        store.rederive("project", TOPIC, 0, epoch, ["toy:0001", "toy:0002"])
        assert store.digests() == before

    @examples(4, HealthCheck.function_scoped_fixture)
    @given(data=st.data())
    def test_state_is_a_function_of_the_set_of_events(self, fresh: Callable[[], Store], data: st.DataObject) -> None:
        """Any order, repetition and batching of the same events: the same rows, cells and digests."""
        events = four_lives()
        arrival = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=8))]))
        cuts = sorted(data.draw(st.sets(st.integers(1, len(arrival) - 1), max_size=5)))
        store = fresh()
        epoch = claimed(store)
        batches = [batch_of(arrival[first:last], first) for first, last in pairwise([0, *cuts, len(arrival)])]
        done = [store.apply(batch, epoch) for batch in batches]
        assert sum(one.applied for one in done) == len(events)
        assert sum(one.repeated for one in done) == len(arrival) - len(events)
        assert store.digests() == of_four_lives()
        check_cells(store, toy.derivation())
        assert store.balances("project")[TOPIC, 0].closes


def four_lives() -> list[Event]:
    """Four cases, what followed the second's filing annulled."""
    events = [event for case in range(1, 5) for event in life(case, start=case)]
    return [*events, Event(ANNULLED, "toy:0002", 29, values={"targets": _ids(life(2)[1:])})]


@cache
def of_four_lives() -> dict[str, str]:
    """Their digests."""
    return expected(four_lives())


def expected(events: Sequence[Event]) -> dict[str, str]:
    """Digests of a set of events, by the pure functions alone."""
    derivation = toy.derivation()
    frames = batch_of(events).frames
    facts, _, _ = toy.valid_facts([(toy.SCHEMAS.by_id(i).event, frame) for i, frame in frames.items()], COMPLAINTS)
    rows: dict[str, pl.DataFrame] = {p.table.name: p.rows(facts) for p in derivation.projections}
    found = {p.name: digest(p.table, rows[p.table.name]) for p in derivation.projections}
    return found | {r.name: digest(r.table, recount(r, rows[r.over])) for r in derivation.roll_ups}


def _ids(events: list[Event] | int) -> list[str]:
    return [Event(ANNULLED, "", events).event_id] if isinstance(events, int) else [event.event_id for event in events]
