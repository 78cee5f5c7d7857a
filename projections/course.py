"""The course of a case 办件过程: when it was filed, what state it is in, which steps count in its current round.

A round begins with the filing and with each Reopened 重新办理. What was handled or followed up before the last
Reopened or Reworked 返工 no longer counts for where the case stands now.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from projections.lives import NONE, Ints, Lives, chosen
from projections.local_days import zones_of

OPEN, CLOSED, VOIDED, REFERRED = range(4)
STATUSES: Final = ("open", "closed", "voided", "referred")

ENDED_AS: Final = {
    "ComplaintClosed": CLOSED,
    "ComplaintAnsweredDirectly": CLOSED,
    "ComplaintVoided": VOIDED,
    "ComplaintWithdrawn": VOIDED,
    "ComplaintRefused": VOIDED,
}
GOES_ON: Final = ("ComplaintReopened", "ComplaintReworked")


@dataclass(frozen=True, slots=True)
class Course:
    """For each case, positions as in `Lives`.

    filed: the first filing. told: the last one, which tells the attributes. status: index into `STATUSES`. ended:
    what ended it, `NONE` while it is open. handled: last of the round. followed_up: the first after that, failing
    that the last of the round. asked: last follow-up of the round that tells satisfaction. zones: where its days are
    cut; zone_unknown: not where its filing says. closed_at, finished_at: micros UTC, `NEVER` when not.
    """

    filed: Ints
    told: Ints
    status: Ints
    ended: Ints
    handled: Ints
    followed_up: Ints
    asked: Ints
    zones: pl.Series
    zone_unknown: pl.Series

    @property
    def status_names(self) -> pl.Series:
        """Status of each case as text."""
        return chosen(STATUSES, self.status)


@lru_cache(maxsize=1)
def course(lives: Lives) -> Course:
    """The course of each case."""
    filed = lives.of("ComplaintFiled")
    told = lives.last(filed)
    zones, zone_unknown = zones_of(lives.value("time_zone", told))
    status, ended = _status(lives)
    current = _round(lives)
    handled = lives.last(_since(lives, current, "ComplaintHandled"))
    followed_up = _since(lives, current, "ComplaintFollowedUp")
    asked = lives.last(followed_up[lives.has("satisfaction")[followed_up]])
    return Course(
        filed=lives.first(filed),
        told=told,
        status=status,
        ended=ended,
        handled=handled,
        followed_up=_first_after(lives, followed_up, handled),
        asked=asked,
        zones=zones,
        zone_unknown=zone_unknown,
    )


def finished(lives: Lives, course: Course) -> Ints:
    """When each case was finished, in micros UTC: when it was closed; while it is open, when it was handled."""
    closed, is_open = course.status == CLOSED, course.status == OPEN
    return lives.when(np.where(closed, course.ended, np.where(is_open, course.handled, NONE)))


def _status(lives: Lives) -> tuple[Ints, Ints]:
    """(status, what ended it): the last of what ends a case and what makes it go on decides; a filing alone is open."""
    last = lives.last(lives.of(*ENDED_AS, *GOES_ON))
    status = np.full(lives.count, OPEN, np.int64)
    for name, ended_as in ENDED_AS.items():
        status[lives.is_of(last, name)] = ended_as
    referred = (lives.facts["disposition"] == "referred").fill_null(value=False).to_numpy()
    status[lives.is_of(last, "ComplaintClosed") & referred[last]] = REFERRED
    return status, np.where(status == OPEN, NONE, last)


def _round(lives: Lives) -> Ints:
    """Where the current round of each case begins; `NONE`: with the case."""
    return lives.last(lives.of(*GOES_ON))


def _since(lives: Lives, begin: Ints, name: str) -> Ints:
    positions = lives.of(name)
    return positions[positions > begin[lives.entity[positions]]]


def _first_after(lives: Lives, positions: Ints, begin: Ints) -> Ints:
    """For each case the first of these positions after `begin`, failing that the last of them."""
    after = lives.first(positions[positions > begin[lives.entity[positions]]])
    return np.where(after >= 0, after, lives.last(positions))
