"""Local days: every day is cut in the time zone of the case's source (default Asia/Shanghai) and stored in the row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from projections.lives import NEVER, Ints, nullable
from projections.model import TIMESTAMP

DEFAULT_ZONE: Final = "Asia/Shanghai"
_HOUR: Final = 3_600_000_000
_DAY: Final = 24 * _HOUR
_LEAST: Final = -62_135_510_400_000_000
_GREATEST: Final = 253_402_128_000_000_000
"""Days are told from 0001-01-02 to 9999-12-30 UTC, which every reader of dates knows; beyond, the nearest is taken."""


@cache
def is_zone(name: str) -> bool:
    """Whether the time zone database (IANA) knows a name."""
    try:
        pl.Series([0], dtype=pl.Int64).cast(TIMESTAMP).dt.convert_time_zone(name)
    except pl.exceptions.ComputeError:
        return False
    return True


def zones_of(stated: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(zone to cut days in, whether the stated one is unknown) for each stated name; null: the default."""
    unknown = [name for name in stated.drop_nulls().unique() if not is_zone(name)]
    wrong = stated.is_in(unknown).fill_null(value=False) if unknown else pl.zeros(len(stated), pl.Boolean, eager=True)
    return stated.set(wrong, None).fill_null(DEFAULT_ZONE), wrong


def wall_clocks(zones: pl.Series, *micros: Ints) -> Iterator[Ints]:
    """What the wall clock shows in each zone at each instant, as micros since 1970-01-01 00:00; `NEVER` stays.

    Each of `micros` is as long as `zones`; all are told at once, since a conversion costs more than its rows.
    """
    instants = pl.Series(np.clip(np.concatenate(micros), _LEAST, _GREATEST)).cast(TIMESTAMP)
    shown = np.empty(len(instants), np.int64)
    names = zones.unique().to_list()
    for name in names:
        here = np.tile((zones == name).to_numpy(), len(micros)) if len(names) > 1 else np.ones(len(instants), np.bool_)
        local = pl.col("at").dt.convert_time_zone(name).dt.replace_time_zone(None).to_physical()
        shown[here] = pl.DataFrame({"at": instants.filter(pl.Series(here))}).select(local).to_series().to_numpy()
    for told, part in zip(micros, np.split(shown, len(micros)), strict=True):
        yield np.where(told == NEVER, NEVER, part)


def days(shown: Ints, *, hours_later: int = 0) -> pl.Series:
    """Calendar day (Date) of what wall clocks show, `hours_later` on them; null at `NEVER`."""
    number = np.where(shown == NEVER, 0, (shown + hours_later * _HOUR) // _DAY).astype(np.int32)
    return nullable(number, shown != NEVER).cast(pl.Date)
