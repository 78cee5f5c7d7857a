"""From decoded events to facts that count: repeats, corrections and annulments taken out, in the order of the
entity's life.

    1 unify    one frame, whatever the event types and the schema versions; no ciphertext
    2 repeats  of several records with one event id, the one at the lowest offset
    3 standing without what is annulled or superseded (`projections.annulments`)
    4 once     of types that occur once in a life: one statement per entity, type and source
    5 order    (key, occurred_at, life-cycle rank, revised_at with nulls first, event_id)

Each step depends on the set of events alone, never on the order in which they arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from projections.annulments import Standing, standing
from projections.lives import ANNULMENT
from projections.model import TIMESTAMP
from schemas.catalogue import EventType, Family, encrypted_fields, events_of, schema_of, schema_text
from schemas.codec import avro_schema

ORDER: Final = ("key", "occurred_at", "rank", "revised_at", "event_id")
"""The order of an entity's facts; total, since an event id occurs once in an entity."""

_HEAD: Final = ("key", "type", "rank", "occurred_at", "revised_at", "event_id", "source")
_LEFT_OUT: Final = frozenset(("received_at", "origin", "source_ref", "actor"))
_REQUIRED: Final = ("key", "occurred_at", "revised_at", "event_id", "source", "supersedes", "targets", "_offset")
_NAMED: Final = ("supersedes", "targets")
_TAKEN_ALONG: Final = {**dict.fromkeys(_NAMED, pl.List(pl.String())), "_offset": pl.Int64()}
_LAST: Final = 2**31 - 1
_MARKS: Final = ("irregular", "detail")


class ValidFacts(NamedTuple):
    """What `valid_facts` yields.

    facts: see `valid_facts`.
    repeats: `key`, `event_id`, `_offset` (Int64) of the records that repeat another one of the same entity.
    irregular: the rows of `facts` that mark an irregularity (`irregular` is not null); they are in `facts` already.
    """

    facts: pl.DataFrame
    repeats: pl.DataFrame
    irregular: pl.DataFrame


def valid_facts(frames: Sequence[tuple[EventType, pl.DataFrame]], family: Family) -> ValidFacts:
    """The facts that count, of any number of entities of a family, in entity order.

    frames: each event type with decoded events of one schema: the fields of its .avsc, instants as Int64 micros UTC,
    dates as Int32 days since 1970, and `_offset` (Int64). A type may come in several frames.

    facts has the columns key (String), type (Enum of the family's type names), rank (Int32), occurred_at, revised_at
    (Datetime us UTC), event_id, source (String), then every other field of the family's events that is not ciphertext
    (instants as Datetime us UTC, dates as Date; null where a type has no such field), always all of them. Left out
    are received_at, origin, source_ref, actor and the event ids that corrections name. The columns irregular and
    detail (String) are null, but in rows that mark an irregularity of the entity: these have the type EventAnnulled
    and nothing else, and `projections.irregularities` lists them.
    """
    union = _unified(frames, family)
    union, repeats = _without_repeats(union)
    union, marks = _standing(union)
    union = _one_of_once(union, family)
    if marks is not None:
        union = pl.concat([union, marks], how="diagonal")
    facts = _completed(union.drop(_TAKEN_ALONG).sort(ORDER, nulls_last=False), family)
    irregular = facts.filter(pl.col("irregular").is_not_null()) if marks is not None else facts.clear()
    return ValidFacts(facts, repeats, irregular)


def type_names(family: Family) -> pl.Enum:
    """The dtype of the column `type`: the names of the family's event types, in the order of the catalogue."""
    return _types(family)[0]


# 1 unify


def _unified(frames: Sequence[tuple[EventType, pl.DataFrame]], family: Family) -> pl.DataFrame:
    """All events with those of the columns that have any value; the others come back at the end, so that they cost
    nothing.
    """
    told = [(event, frame) for event, frame in frames if frame.height]
    parts = [_part(event, frame) for event, frame in told]
    union = pl.concat([_required(family), *parts], how="diagonal", rechunk=True)
    names, ordinals, ranks = _types(family)
    codes = np.repeat([ordinals[event] for event, _ in told], [part.height for part in parts]).astype(np.uint32)
    return union.with_columns(
        pl.Series(names.categories, dtype=names).gather(pl.Series(codes)).alias("type"),
        pl.Series("rank", ranks[codes], dtype=pl.Int32),
    )


def _part(event: EventType, frame: pl.DataFrame) -> pl.DataFrame:
    """What a frame states, under the common names: columns that are not null, or empty lists, throughout."""
    columns = [frame.get_column(name) for name in frame.columns if name in _fields(event)]
    stated = [column for column in columns if column.null_count() < frame.height]
    kept = [column for column in stated if column.name not in _NAMED or column.list.len().max()]
    return pl.DataFrame([column.alias("key") if column.name == event.family.key else column for column in kept])


def _completed(union: pl.DataFrame, family: Family) -> pl.DataFrame:
    """With all columns of the family, in order, under their own dtypes."""
    absent, timed, wanted = _columns(family)
    present = set(union.columns)
    missing = [expression for name, expression in absent.items() if name not in present]
    present_times = [expression for name, expression in timed.items() if name in present]
    return union.with_columns(*missing, *present_times).select(wanted)


@cache
def _columns(family: Family) -> tuple[dict[str, pl.Expr], dict[str, pl.Expr], list[str]]:
    """Column → nulls where no event states it; instant or date → under its own dtype; the columns of the facts."""
    dtypes = _empty(family).schema
    absent = {name: pl.lit(None, dtype).alias(name) for name, dtype in dtypes.items()}
    timed = {name: pl.col(name).cast(dtype) for name, dtype in dtypes.items() if dtype in (TIMESTAMP, pl.Date)}
    return absent, timed, [name for name in dtypes if name not in _TAKEN_ALONG]


@cache
def _fields(event: EventType) -> frozenset[str]:
    fields = {field["name"] for field in schema_of(event)["fields"]}
    return frozenset(fields - _LEFT_OUT - set(encrypted_fields(event)) | {"_offset"})


@cache
def _types(family: Family) -> tuple[pl.Enum, dict[EventType, int], np.ndarray[Any, np.dtype[np.int32]]]:
    events = events_of(family)
    ordinals = {event: ordinal for ordinal, event in enumerate(events)}
    return pl.Enum([event.name for event in events]), ordinals, np.array([event.rank for event in events], np.int32)


@cache
def _empty(family: Family) -> pl.DataFrame:
    """The facts frame without rows; in it, instants and dates have their own dtypes."""
    dtypes: dict[str, Any] = {name: pl.String() for name in _HEAD}
    dtypes |= {"type": type_names(family), "rank": pl.Int32(), "occurred_at": TIMESTAMP, "revised_at": TIMESTAMP}
    for event in events_of(family):
        decoded = avro_schema(schema_text(event)).dtypes
        for field in schema_of(event)["fields"]:
            name = field["name"]
            if name in _fields(event) - {family.key}:
                dtypes.setdefault(name, _instant_or_date(field["type"]) or decoded[name])
    for name in _NAMED:
        dtypes.pop(name)
    return pl.DataFrame(schema={**dtypes, **dict.fromkeys(_MARKS, pl.String()), **_TAKEN_ALONG})


@cache
def _required(family: Family) -> pl.DataFrame:
    """What every union has, raw as it is decoded, without rows."""
    return _empty(family).select(pl.col(_REQUIRED).to_physical())


def _instant_or_date(avro: Any) -> pl.DataType | None:
    if isinstance(avro, list):
        return _instant_or_date(avro[1])
    logical = avro.get("logicalType") if isinstance(avro, dict) else None
    return {"timestamp-micros": TIMESTAMP, "date": pl.Date()}.get(logical or "")


# 2 repeats


def _without_repeats(union: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    told = ("key", "event_id", "_offset")
    if union["event_id"].n_unique() == union.height:
        return union, union.clear().select(told)
    union = union.sort("_offset")
    first = union.select(pl.struct("key", "event_id").is_first_distinct()).to_series()
    return union.filter(first), union.filter(~first).select(told)


# 3 standing


def _standing(union: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Without what is taken out; rows that mark irregularities, if there are any."""
    if union["targets"].null_count() == union.height and union["supersedes"].null_count() == union.height:
        return union, None
    naming = union.filter(pl.col("targets").is_not_null() | (pl.col("supersedes").list.len() > 0))
    namers: dict[str, dict[str, dict[str, Any]]] = {}
    for row in naming.select("key", "event_id", "type", "occurred_at", *_NAMED).iter_rows(named=True):
        namers.setdefault(row["key"], {})[row["event_id"]] = row
    concerned = union.select("key", "event_id").with_row_index("_row").join(naming.select("key"), on="key", how="semi")
    own: dict[str, dict[str, int]] = {}
    for position, key, event_id in concerned.iter_rows():
        own.setdefault(key, {})[event_id] = position
    taken_out: list[int] = []
    marks: list[tuple[str, str, str, int]] = []
    for key, rows in namers.items():
        found = standing(
            {name: (row["targets"] or (), row["supersedes"] or ()) for name, row in rows.items()}, own[key]
        )
        taken_out += (own[key][name] for name in found.taken_out)
        marks += ((key, *mark) for mark in _irregular(rows, own[key], found))
    stands = np.ones(union.height, np.bool_)
    stands[taken_out] = False
    return union.filter(pl.Series(stands)), _marked(union, marks) if marks else None


def _irregular(
    rows: Mapping[str, Mapping[str, Any]], own: Collection[str], found: Standing
) -> Iterator[tuple[str, str, int]]:
    """Circles, and standing statements that name what is not (or not yet) the entity's: (kind, detail, at)."""
    for name, row in rows.items():
        if name in found.circular:
            yield "annulment_cycle", row["type"], row["occurred_at"]
        elif name not in found.taken_out and not all(
            one in own for one in (*(row["targets"] or ()), *(row["supersedes"] or ()))
        ):
            yield "annulment_foreign", row["type"], row["occurred_at"]


def _marked(union: pl.DataFrame, marks: Sequence[tuple[str, str, str, int]]) -> pl.DataFrame:
    names = {"key": pl.String(), "irregular": pl.String(), "detail": pl.String(), "occurred_at": pl.Int64()}
    told = pl.DataFrame(marks, schema=names, orient="row").group_by("key", *_MARKS).agg(pl.col("occurred_at").min())
    return told.with_columns(
        pl.lit(ANNULMENT, union.schema["type"]).alias("type"), pl.lit(_LAST, pl.Int32).alias("rank")
    )


# 4 once


def _one_of_once(union: pl.DataFrame, family: Family) -> pl.DataFrame:
    once = [event.name for event in events_of(family) if event.once]
    occurs_once = pl.col("type").is_in(once)
    told = union.select("key", "type", "source", "revised_at", "event_id", occurs_once.alias("once")).with_row_index(
        "_row"
    )
    told = told.filter("once")
    if told["key"].n_unique() == told.height:
        return union
    counts = told.sort("revised_at", "event_id", nulls_last=False).unique(("key", "type", "source"), keep="last")
    passed_over = told.join(counts, on="_row", how="anti")["_row"]
    keeps = np.ones(union.height, np.bool_)
    keeps[passed_over.to_numpy()] = False
    return union.filter(pl.Series(keeps))
