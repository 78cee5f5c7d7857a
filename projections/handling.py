"""Who handles a case: its dispatches 派单, which of them each later step concerns, and how their deadlines move.

Shared by `cases` (the unit and the deadline in force) and `dispatches`. A case without a Dispatched fact whose filing
names a unit has one implicit dispatch, `filed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from projections.deadlines import moved
from projections.lives import NEVER, NONE, Bools, Ints, Lives, at, first, last

IMPLICIT: Final = "filed"
"""Dispatch id of the implicit dispatch."""

CONCERNING: Final = (
    "ComplaintSignedFor",
    "ComplaintReturnRequested",
    "ComplaintReturnDecided",
    "ComplaintExtensionRequested",
    "ComplaintExtensionDecided",
    "ComplaintSuspensionRequested",
    "ComplaintSuspensionDecided",
    "ComplaintResumed",
    "ComplaintUrged",
    "ComplaintSupervised",
    "ComplaintCoordinatedOnline",
    "ComplaintMediated",
    "ComplaintHandled",
    "ComplaintChecked",
    "ComplaintReworked",
    "ComplaintAssessmentAppealed",
)
"""Steps that concern a dispatch: the one that they name, else the last one created before them."""


@dataclass(frozen=True, slots=True)
class Filing:
    """For each case the first filing, which tells the time, and the last one, which tells the rest; whether it
    implies a dispatch.
    """

    first: Ints
    last: Ints
    implies: Bools


@dataclass(frozen=True, slots=True)
class Dispatches:
    """One entry per dispatch, by case and first mention.

    entity: number of the case. ids: dispatch id. concerns: for each fact the entry that it concerns, negative: none.
    created: the first fact that creates it, `NONE` when it is only named. stated: the last one, which tells its
    attributes. begin: `created`, else the first fact that names it. implicit: created by the filing. lead: 主办, not
    协办.
    """

    entity: Ints
    ids: pl.Series
    concerns: Ints
    created: Ints
    stated: Ints
    begin: Ints
    implicit: Bools
    lead: Bools


@dataclass(frozen=True, slots=True)
class Handling:
    """The dispatches with what became of them (positions by entry), and what is in force now (by case).

    signed: the first. returned: the first return granted after it was last created. handled: the last, unless it was
    sent back 返工 afterwards or the dispatch was returned. party, due: handling unit and deadline (micros UTC,
    `NEVER`: none), by entry; case_party, case_due: those in force, by case.
    """

    filing: Filing
    dispatches: Dispatches
    signed: Ints
    returned: Ints
    handled: Ints
    due: Ints
    party: pl.Series
    case_party: pl.Series
    case_due: Ints


@lru_cache(maxsize=1)
def handling(lives: Lives) -> Handling:
    """Who handles each case, and by when."""
    filing = _filing(lives)
    dispatches = _dispatches(lives, filing)
    returned = _returned(lives, dispatches)
    own = _own_deadlines(lives, filing, dispatches)
    due = moved(lives, dispatches.concerns, _stated_due(lives, dispatches, own))
    current = _current(lives, dispatches, returned)
    party = _parties(lives, filing, dispatches)
    return Handling(
        filing=filing,
        dispatches=dispatches,
        signed=_by_entry(dispatches, lives.of("ComplaintSignedFor"), first),
        returned=returned,
        handled=_handled(lives, dispatches, returned),
        due=due,
        party=party,
        case_party=_case_party(lives, filing, dispatches, current, party),
        case_due=_case_due(due, current, own),
    )


def _filing(lives: Lives) -> Filing:
    filed = lives.of("ComplaintFiled")
    last_filed = lives.last(filed)
    dispatched = lives.first(lives.of("ComplaintDispatched")) >= 0
    return Filing(lives.first(filed), last_filed, (last_filed >= 0) & lives.has("party_id")[last_filed] & ~dispatched)


def _dispatches(lives: Lives, filing: Filing) -> Dispatches:
    implied = filing.first[filing.implies]
    creates = np.union1d(lives.of("ComplaintDispatched"), implied)
    names = np.union1d(np.flatnonzero(lives.has("dispatch_id")), implied)
    told = {
        "entity": lives.entity[names],
        "id": lives.value("dispatch_id", names).fill_null(IMPLICIT),
        "position": names,
    }
    entries = pl.DataFrame(told).group_by("entity", "id", maintain_order=True).agg("position")
    entity = entries["entity"].to_numpy()
    concerns = np.full(lives.facts.height, NONE, np.int64)
    concerns[entries["position"].explode().to_numpy()] = np.repeat(
        np.arange(len(entity)), entries["position"].list.len()
    )
    unnamed = lives.of(*CONCERNING)
    unnamed = unnamed[concerns[unnamed] < 0]
    before = lives.until(creates, unnamed)
    concerns[unnamed] = np.where(before >= 0, concerns[before], NONE)
    created, stated = (found(concerns, creates, len(entity)) for found in (first, last))
    begin = np.where(created >= 0, created, first(concerns, names, len(entity)))
    implicit = np.isin(created, implied) & (created >= 0)
    role = lives.value("role", stated)
    lead = (stated >= 0) & (role.is_null() | (role == "lead")).to_numpy()
    return Dispatches(entity, entries["id"], concerns, created, stated, begin, implicit, lead)


def _returned(lives: Lives, dispatches: Dispatches) -> Ints:
    granted = lives.granted("ComplaintReturnDecided")
    stated = np.append(dispatches.stated, NONE)[dispatches.concerns[granted]]
    return _by_entry(dispatches, granted[granted > stated], first)


def _handled(lives: Lives, dispatches: Dispatches, returned: Ints) -> Ints:
    handled = _by_entry(dispatches, lives.of("ComplaintHandled"), last)
    reworked = _by_entry(dispatches, lives.of("ComplaintReworked"), last)
    return np.where((handled > reworked) & (returned < 0), handled, NONE)


def _by_entry(dispatches: Dispatches, positions: Ints, pick: Callable[[Ints, Ints, int], Ints]) -> Ints:
    """For each dispatch the first or last of these positions that concerns it."""
    return pick(dispatches.concerns, positions, len(dispatches.entity))


def _own_deadlines(lives: Lives, filing: Filing, dispatches: Dispatches) -> Ints:
    """The case's own deadline: as the filing states it, moved by what concerns no dispatch."""
    clock = np.where(dispatches.concerns < 0, lives.entity, NONE)
    return moved(lives, clock, lives.micros_of("due_at", filing.last))


def _stated_due(lives: Lives, dispatches: Dispatches, own: Ints) -> Ints:
    """Deadline of each dispatch as first stated: a lead one without its own has the case's."""
    due = lives.micros_of("due_at", dispatches.stated)
    return np.where(dispatches.implicit | (dispatches.lead & (due == NEVER)), own[dispatches.entity], due)


def _current(lives: Lives, dispatches: Dispatches, returned: Ints) -> Ints:
    eligible = np.flatnonzero(dispatches.lead & (returned < 0))
    return last(dispatches.entity, eligible[np.argsort(dispatches.stated[eligible])], lives.count)


def _parties(lives: Lives, filing: Filing, dispatches: Dispatches) -> pl.Series:
    """Handling unit 承办单位 of each dispatch."""
    stated = lives.value("to_party_id", dispatches.stated)
    if not dispatches.implicit.any():
        return stated
    filed = lives.value("party_id", filing.last[dispatches.entity])
    return filed.zip_with(pl.Series(dispatches.implicit), stated)


def _case_party(lives: Lives, filing: Filing, dispatches: Dispatches, current: Ints, party: pl.Series) -> pl.Series:
    """Handling unit of each case now; where no lead dispatch was ever made, the one that the filing names."""
    ever = last(dispatches.entity, np.flatnonzero(dispatches.lead), lives.count) >= 0
    return at(party, current).zip_with(pl.Series(ever), lives.value("party_id", filing.last))


def _case_due(due: Ints, current: Ints, own: Ints) -> Ints:
    """Deadline in force of each case: that of its current dispatch, else its own."""
    in_force = np.append(due, NEVER)[current]
    return np.where(in_force == NEVER, own, in_force)
