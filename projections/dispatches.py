"""Dispatches 派单: which unit had a case when, by when it was due, and how long it took to sign and to handle it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from projections.cases import cases
from projections.course import CLOSED, VOIDED, Course, course
from projections.handling import Dispatches, Handling, handling
from projections.lives import NONE, Ints, Lives, chosen, instants, lives_of
from projections.local_days import days, wall_clocks
from projections.model import TIMESTAMP, Column, Projection, Table
from schemas.catalogue import COMPLAINTS

STATES: Final = ("open", "handled", "returned", "closed", "voided")
_OPEN, _HANDLED, _RETURNED, _CLOSED, _VOIDED = range(5)

DISPATCHES_TABLE: Final = Table(
    "dispatches",
    ("case_id", "dispatch_id"),
    (
        Column("case_id", pl.String, "The case.", "工单编号"),
        Column("dispatch_id", pl.String, "The dispatch; filed: implied by the filing.", "派单编号"),
        Column("source", pl.String, "The feed that filed the case.", "数据来源"),
        Column("time_zone", pl.String, "IANA zone in which its days are cut.", "时区"),
        Column("seq", pl.Int32, "1, 2, 3… within the case.", "序次"),
        Column("party_id", pl.String, "Handling unit.", "承办单位"),
        Column("from_party_id", pl.String, "Unit that handed it over.", "派单单位"),
        Column("level", pl.String, "Level of the handling unit.", "层级"),
        Column("role", pl.String, "lead 主办 or co 协办.", "承办角色"),
        Column("category", pl.String, "Category as of the dispatch.", "事项类别"),
        Column("place_id", pl.String, "Place as of the dispatch.", "地点"),
        Column("filed_at", TIMESTAMP, "When the case was filed.", "受理时间"),
        Column("filed_day", pl.Date, "Local day of filing.", "受理日"),
        Column("dispatched_at", TIMESTAMP, "First dispatched; null: not stated.", "派单时间"),
        Column("dispatched_day", pl.Date, "Local day of that.", "派单日"),
        Column("signed_at", TIMESTAMP, "First signed for.", "签收时间"),
        Column("returned_at", TIMESTAMP, "When its return was granted.", "退单时间"),
        Column("handled_at", TIMESTAMP, "Last handled, unless sent back afterwards.", "办理反馈时间"),
        Column("due_at", TIMESTAMP, "Deadline in force, moved by extensions and suspensions.", "办理期限"),
        Column("finished_at", TIMESTAMP, "Handled, else closed with the case.", "办结时间"),
        Column("finished_day", pl.Date, "Local day of that.", "办结日"),
        Column(
            "state",
            pl.String,
            "open, handled, returned, closed (with its case, where nothing else is told), or voided (the case ended otherwise).",
            "状态",
        ),
        Column("dispatched_to_signed_seconds", pl.Int64, "Dispatch to signing.", "派单至签收秒数"),
        Column("dispatched_to_handled_seconds", pl.Int64, "Dispatch to handling.", "派单至办理秒数"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per dispatch that is created, implied by the filing, or named by another step."""
    return dispatches(lives_of(facts))


@lru_cache(maxsize=1)
def dispatches(lives: Lives) -> pl.DataFrame:
    """The rows of the table `dispatches`, by case and first mention."""
    if not lives.count or not len(handling(lives).dispatches.entity):
        return DISPATCHES_TABLE.frame()
    held, told = handling(lives), course(lives)
    entries = held.dispatches
    of_case = entries.entity
    of_cases = cases(lives)
    return DISPATCHES_TABLE.frame(
        {
            "case_id": lives.keys.gather(of_case),
            "dispatch_id": entries.ids,
            **{name: of_cases[name].gather(of_case) for name in ("source", "time_zone", "filed_at", "filed_day")},
            "seq": pl.Series(_seq(entries)),
            **_unit(lives, held),
            **_times(lives, told, held),
        }
    )


def _unit(lives: Lives, held: Handling) -> dict[str, pl.Series]:
    entries = held.dispatches
    classified = lives.of("ComplaintFiled", "ComplaintReclassified")
    classified = classified[lives.has("category")[classified]]
    located = lives.of("ComplaintFiled", "ComplaintRelocated")
    return {
        "party_id": held.party,
        "from_party_id": lives.value("from_party_id", entries.stated),
        "level": lives.value("level", np.where(entries.implicit, NONE, entries.stated)),
        "role": chosen(("lead",), np.zeros(len(entries.entity))).zip_with(
            pl.Series(entries.lead), lives.value("role", entries.stated)
        ),
        "category": _as_of(lives, entries, "category", classified),
        "place_id": _as_of(lives, entries, "place_id", located),
    }


def _times(lives: Lives, told: Course, held: Handling) -> dict[str, pl.Series]:
    entries, zones = held.dispatches, told.zones.gather(held.dispatches.entity)
    state = _state(told, held)
    unhandled = (state == _CLOSED) | (state == _OPEN)
    dispatched = np.where(entries.implicit, NONE, entries.created)
    ended = np.where(unhandled & (told.status[entries.entity] == CLOSED), told.ended[entries.entity], NONE)
    finished_at = lives.when(np.where(state == _HANDLED, held.handled, ended))
    dispatched_at = lives.when(dispatched)
    begun, done = wall_clocks(zones, dispatched_at, finished_at)
    return {
        "dispatched_at": instants(dispatched_at),
        "dispatched_day": days(begun),
        "signed_at": instants(lives.when(held.signed)),
        "returned_at": instants(lives.when(held.returned)),
        "handled_at": instants(lives.when(held.handled)),
        "due_at": instants(held.due),
        "finished_at": instants(finished_at),
        "finished_day": days(done),
        "state": chosen(STATES, state),
        "dispatched_to_signed_seconds": lives.seconds(dispatched, held.signed),
        "dispatched_to_handled_seconds": lives.seconds(dispatched, held.handled),
    }


def _state(told: Course, held: Handling) -> Ints:
    """Index into `STATES`: what happened to the dispatch itself, else to its case; a voided case voids all but returns.

    A dispatch that its source states stays open until it is handled, even when the case is closed over it (it is finished
    then); the one that a filing implies has nothing but the case's end to tell.
    """
    status = told.status[held.dispatches.entity]
    of_case = np.array([_OPEN, _CLOSED, _VOIDED, _VOIDED])[status]
    of_case = np.where((of_case == _CLOSED) & ~held.dispatches.implicit, _OPEN, of_case)
    state = np.where((held.handled >= 0) & (status != VOIDED), _HANDLED, of_case)
    return np.where(held.returned >= 0, _RETURNED, state)


def _seq(entries: Dispatches) -> Ints:
    """1, 2, 3… within each case; the entries stand by case."""
    number = np.arange(len(entries.entity))
    begins = np.diff(entries.entity, prepend=NONE) != 0
    return number - np.maximum.accumulate(np.where(begins, number, 0)) + 1


def _as_of(lives: Lives, entries: Dispatches, name: str, stated_by: Ints) -> pl.Series:
    """The value in force when each dispatch began; where none was stated yet, the first one."""
    until = lives.until(stated_by, entries.begin)
    return lives.value(name, np.where(until >= 0, until, lives.first(stated_by)[entries.entity]))


DISPATCHES: Final = Projection("dispatches", 1, COMPLAINTS, DISPATCHES_TABLE, rows)
