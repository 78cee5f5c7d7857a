"""When a wall clock shows a time: the way back from local times to instants (see `projections.local_days`)."""

from __future__ import annotations

import numpy as np
import polars as pl

from projections.lives import NEVER, Ints
from projections.model import TIMESTAMP

_LEAST = -62_135_337_600_000_000
_GREATEST = 253_401_955_200_000_000
"""From 0001-01-04 to 9999-12-28: dates that every reader knows, whatever the zone; beyond, the nearest is taken."""
_A_WEEK = 7 * 86_400_000_000


def instants_of(zones: pl.Series, shown: Ints) -> Ints:
    """The first instant (micros UTC) at which the clock of each zone shows a time (micros since 1970-01-01 00:00 on it).

    A time shown twice, as clocks go back, means the earlier instant; one that is skipped, as they go forward, the
    instant at which they do. `NEVER` stays.
    """
    told = np.empty(len(shown), np.int64)
    names = zones.unique().to_list()
    for name in names:
        here = (zones == name).to_numpy() if len(names) > 1 else np.ones(len(shown), np.bool_)
        told[here] = instants_in(name, shown[here])
    return told


def instants_in(zone: str, shown: Ints) -> Ints:
    """The same for times of one zone."""
    told = np.clip(shown, _LEAST, _GREATEST)
    first = (
        pl.col("shown").cast(pl.Datetime("us")).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    )
    found = pl.DataFrame({"shown": told}).select(first.to_physical()).to_series()
    instants = found.fill_null(NEVER).to_numpy()
    if found.null_count():
        skipped = instants == NEVER
        instants = instants.copy()
        instants[skipped] = _when_skipped(zone, told[skipped])
    return np.where(shown == NEVER, NEVER, instants)


def wall_clock_in(zone: str, micros: Ints) -> Ints:
    """What the wall clock of one zone shows at each instant; `NEVER` stays."""
    there = pl.col("at").cast(TIMESTAMP).dt.convert_time_zone(zone).dt.replace_time_zone(None)
    told = pl.DataFrame({"at": np.clip(micros, _LEAST, _GREATEST)}).select(there.to_physical()).to_series()
    return np.where(micros == NEVER, NEVER, told.to_numpy())


def _when_skipped(zone: str, shown: Ints) -> Ints:
    """The instant at which the clock jumps over each time, by halving a fortnight around it."""
    before, reached = shown - _A_WEEK, shown + _A_WEEK
    while (reached - before).max() > 1:
        middle = (before + reached) // 2
        late = wall_clock_in(zone, middle) >= shown
        reached, before = np.where(late, middle, reached), np.where(late, before, middle)
    return reached
