"""Response times as counts per logarithmic bucket, which merge by addition (the idea of DDSketch, Masson et al. 2019).

bucket 0: seconds ≤ 0. Bucket b ≥ 1: γ^(b−2) < seconds ≤ γ^(b−1), with γ = (1+α)/(1−α) and α = 1 %: every value in a
bucket is within α of the bucket's estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

_GAMMA: Final = (101, 99)
"""γ as a fraction, so that the bounds of buckets are exact on every machine."""
GREATEST: Final = 2186
"""The bucket of the longest duration that fits 64 bits."""


def bucket(seconds: pl.Series) -> pl.Series:
    """Bucket (Int16) of each duration in whole seconds; 1 + max(0, ceil(ln(seconds)/ln γ)), 0 for seconds ≤ 0."""
    found = 1 + np.searchsorted(_bounds(), seconds.to_numpy(), side="left")
    return pl.Series(seconds.name, np.where(seconds.to_numpy() > 0, found, 0), dtype=pl.Int16)


def estimate(bucket: int) -> int:
    """Seconds that stand for a bucket, rounded: within 1 % (and half a second) of all that it holds."""
    if bucket <= 0:
        return 0
    numerator, denominator = _GAMMA
    power = bucket - 1
    # 2·γ^power / (γ + 1), in whole numbers
    top = 2 * numerator**power * denominator
    bottom = denominator**power * (numerator + denominator)
    return int((2 * top + bottom) // (2 * bottom))


def percentile(seconds: pl.Series, percent: int) -> int | None:
    """Nearest-rank percentile of durations, exact: the ceil(percent·n/100)-th smallest; None when there are none."""
    known = seconds.drop_nulls()
    return int(known.sort()[_rank(len(known), percent) - 1]) if len(known) else None


def percentile_of_buckets(counts: Sequence[tuple[int, int]], percent: int) -> int | None:
    """Nearest-rank percentile, estimated from (bucket, n) in any order; None when there are none."""
    merged = sorted((bucket, n) for bucket, n in counts if n > 0)
    rank = _rank(sum(n for _, n in merged), percent)
    for bucket, n in merged:
        rank -= n
        if rank <= 0:
            return estimate(bucket)
    return None


def _rank(n: int, percent: int) -> int:
    return max(1, -(-percent * n // 100))


@cache
def _bounds() -> npt.NDArray[np.int64]:
    """For each power 0, 1, 2…: the greatest whole number that is ≤ γ^power."""
    numerator, denominator = 1, 1
    bounds = []
    while numerator // denominator < 2**63:
        bounds.append(numerator // denominator)
        numerator, denominator = numerator * _GAMMA[0], denominator * _GAMMA[1]
    return np.array(bounds, np.int64)
