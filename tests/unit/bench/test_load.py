from __future__ import annotations

from collections import Counter

from bench.load import STEPS, Load, arrival
from schemas.codec import AvroSchema, CatalogueSchemas, unframe

SCHEMAS = CatalogueSchemas()


def test_events_of_a_case_keep_their_order_and_lie_far_apart() -> None:
    load = arrival(7, 8_000)

    first = [(step, at) for case, step, at in zip(load.case, load.step, load.at, strict=True) if case == 0]

    assert [step for step, _ in first] == list(range(len(STEPS)))
    assert (load.at[1:] >= load.at[:-1]).all()
    side_by_side = (load.case[1:] == load.case[:-1]).mean()
    assert side_by_side < 0.01


def test_records_are_real_events_in_arrival_order() -> None:
    records = list(Load(7, 400, chunk=150).records(SCHEMAS))

    assert len(records) == 400
    told = [(SCHEMAS.by_id(schema_id), body) for schema_id, body in (unframe(record.value) for record in records)]
    events = [schema.decode(body) for schema, body in told]
    assert [event["event_id"] for event in events] == [record.event_id for record in records]
    assert [event["case_id"].encode() for event in events] == [record.key for record in records]
    assert [event["occurred_at"] for event in events] == arrival(7, 400).at.tolist()
    assert Counter(_step(schema) for schema, _ in told) == dict.fromkeys(STEPS, 50)
    assert all(
        event["description"] for (schema, _), event in zip(told, events, strict=True) if _step(schema) == "Filed"
    )


def test_stretches_together_are_the_whole_load() -> None:
    load = Load(7, 80, chunk=30)

    stretches = [*load.records(SCHEMAS, 0, 17), *load.records(SCHEMAS, 17, 80)]

    assert [record.event_id for record in stretches] == [record.event_id for record in load.records(SCHEMAS)]


def _step(schema: AvroSchema) -> str:
    return schema.event.name.removeprefix("Complaint")
