"""Views → statements: what each row of a file says happened, as the `Publisher` takes it; and the rows that say
nothing sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from producers.files.chunks import Chunk
from producers.files.columns import INDEX, Source, views
from producers.files.faults import Fault, Faults, Rejected, place
from producers.files.plan import EventPlan, FieldPlan, Plan, Typed
from producers.publish import FUTURE_TOLERANCE
from schemas.catalogue import EventType
from schemas.errors import BadInput


@dataclass(frozen=True, slots=True)
class Stated:
    """Statements of one type, in the order of the rows: a frame with a column for each field that is stated, as the
    `Publisher` takes it. `rows` (Int64): index in the chunk of the record that each came from. `distinct`: said by
    many rows, so that repetition means nothing.
    """

    event: EventType
    frame: pl.DataFrame
    rows: pl.Series
    distinct: bool = False

    @property
    def entities(self) -> pl.Series:
        """The entity (String) that each statement is about."""
        return self.frame[self.event.family.key]

    def chosen(self, indexes: Sequence[int]) -> Stated:
        """Some of the statements."""
        if len(indexes) == self.frame.height:
            return self
        return Stated(self.event, self.frame[list(indexes)], self.rows[list(indexes)], self.distinct)


@dataclass(frozen=True, slots=True)
class Translated:
    """What a chunk says. `refs`: the source's id of each record, null where it has none; `changed_at`: when each was
    changed, where a column says so (Int64 microseconds UTC). `rejected`: rows that state nothing.
    """

    stated: list[Stated]
    refs: pl.Series
    changed_at: pl.Series | None
    rejected: list[Rejected]


def translate(chunk: Chunk, plan: Plan, source: Source) -> Translated:
    """Statements of all sound rows. A row with anything wrong in it states nothing at all."""
    faults = Faults(source.file, source.sheet, chunk.numbers)
    frames = views(chunk, plan, source, faults)
    _check_identity(frames[None], plan, faults)
    drafts = list(
        zip(
            plan.events,
            pl.collect_all([_draft(frames[event.each].lazy(), event) for event in plan.events]),
            strict=True,
        )
    )
    for event, draft in drafts:
        _check(draft, event, source, faults)
    stated = [_stated(event, _without(draft, faults)) for event, draft in drafts]
    changed = plan.rules.snapshot.changed_at
    changed_at = None if changed is None else frames[None][Typed("time", changed).name]
    return Translated(stated, frames[None]["@ref"], changed_at, _rejected(chunk, faults, source))


def _draft(view: pl.LazyFrame, event: EventPlan) -> pl.LazyFrame:
    kept = view if event.when.expression is None else view.filter(event.when.expression)
    return kept.select(
        INDEX, pl.col("@origin").alias("origin"), *(field.expression.alias(field.name) for field in event.fields)
    )


def _check_identity(records: pl.DataFrame, plan: Plan, faults: Faults) -> None:
    column = (*plan.record_id.required, plan.record_id.text)[0]
    for index in records["@ref"].is_null().arg_true().to_list():
        fault = Fault("missing", "nothing identifies the record", f"a value for {plan.record_id.text}")
        faults.add(index, column, None, fault)


def _check(draft: pl.DataFrame, event: EventPlan, source: Source, faults: Faults) -> None:
    """Faults where something is empty that the event cannot be without, or that lies in the future."""
    for field in event.fields:
        if field.required and draft[field.name].null_count():
            _check_missing(draft, event, field, faults)
    ahead = (draft["occurred_at"] > source.now + FUTURE_TOLERANCE).fill_null(value=False)
    if not ahead.any():
        return
    times = next(field for field in event.fields if field.name == "occurred_at")
    what, remedy = f"{event.event.name} would lie in the future", "check the time zone of the mapping"
    for index in draft.filter(ahead)[INDEX].to_list():
        fault = Fault("future", what, "a time at most 5 minutes ahead of our clock", remedy)
        faults.add(index, (*times.columns, "")[0], None, fault)


def _check_missing(draft: pl.DataFrame, event: EventPlan, field: FieldPlan, faults: Faults) -> None:
    columns = " or ".join(field.columns) or field.name
    for index in draft.filter(pl.col(field.name).is_null())[INDEX].to_list():
        faults.add(
            index, columns, None, Fault("missing", f"{event.event.name} has no {field.name}", f"a value in {columns}")
        )


def _without(draft: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The rows that nothing is wrong with."""
    if not faults.by_index:
        return draft
    return draft.filter(~pl.col(INDEX).is_in(list(faults.by_index)))


def _stated(event: EventPlan, draft: pl.DataFrame) -> Stated:
    if event.distinct:
        names = [name for name in draft.columns if name not in (INDEX, "origin")]
        draft = draft.unique(subset=names, keep="first", maintain_order=True)
    frame = draft.drop(INDEX)
    if event.hierarchy is not None:
        frame = frame.with_columns(_parents(event.hierarchy)).drop("@parent")
    return Stated(event.event, frame, draft[INDEX], event.distinct)


def _parents(hierarchy: str) -> pl.Expr:
    """List of one parent, or of none."""
    parent = pl.struct(pl.lit(hierarchy).alias("hierarchy"), pl.col("@parent").alias("place_id"))
    return pl.concat_list(parent).list.head(pl.col("@parent").is_not_null().cast(pl.Int64)).alias("parents")


def _rejected(chunk: Chunk, faults: Faults, source: Source) -> list[Rejected]:
    """In the order of the rows."""
    cells = [
        Rejected(int(chunk.numbers[index]), tuple(told), chunk.original(index))
        for index, told in faults.by_index.items()
    ]
    spoilt = [Rejected(each.row, (_placed(each.error, each.row, source),), each.cells) for each in chunk.spoilt]
    return sorted([*cells, *spoilt], key=lambda each: each.row)


def _placed(error: BadInput, row: int, source: Source) -> BadInput:
    if not error.where:
        error.where = place(source.file, source.sheet, row)
    return error
