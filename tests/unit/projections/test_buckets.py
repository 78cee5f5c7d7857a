"""Logarithmic buckets and nearest ranks."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest

from projections.buckets import bucket, estimate, percentile, percentile_of_buckets

GAMMA = 1.01 / 0.99


def test_buckets_are_as_the_formula_says() -> None:
    seconds = [*range(1, 3000), *(random.Random(1).randrange(3000, 10**9) for _ in range(2000))]
    expected = [1 + max(0, math.ceil(math.log(one) / math.log(GAMMA))) for one in seconds]
    assert bucket(pl.Series(seconds, dtype=pl.Int64)).to_list() == expected


def test_what_takes_no_time_or_less_is_bucket_zero() -> None:
    found = bucket(pl.Series("s", [0, -1, 1, 2**63 - 1, -(2**63)], dtype=pl.Int64))
    assert found.to_list() == [0, 0, 1, 2185, 0]
    assert found.dtype == pl.Int16


def test_an_estimate_is_within_one_percent_of_all_that_the_bucket_holds() -> None:
    for seconds in (1, 2, 59, 3600, 86_400, 11_233_080):
        (number,) = bucket(pl.Series([seconds], dtype=pl.Int64))
        assert abs(estimate(number) - seconds) <= 0.01 * seconds + 0.5
    assert estimate(0) == 0


def test_ranks_are_nearest() -> None:
    seconds = pl.Series([40, 10, None, 30, 20])
    assert [percentile(seconds, percent) for percent in (0, 25, 26, 50, 90, 100)] == [10, 10, 20, 20, 40, 40]
    assert percentile(pl.Series([], dtype=pl.Int64), 50) is None


@pytest.mark.parametrize("percent", [1, 50, 90, 99, 100])
def test_ranks_from_buckets_are_those_of_the_values_within_one_percent(percent: int) -> None:
    dice = random.Random(percent)
    seconds = pl.Series([int(dice.lognormvariate(9, 2)) for _ in range(999)])
    counts = bucket(seconds).value_counts()
    exact, found = percentile(seconds, percent), percentile_of_buckets(counts.rows(), percent)
    assert exact is not None
    assert found is not None
    assert abs(found - exact) <= 0.01 * exact + 0.5
    assert percentile_of_buckets([], percent) is None
