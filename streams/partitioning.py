"""Which partition a key belongs on: murmur2, as Kafka's Java client and `murmur2_random` of librdkafka place it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

_SEED = 0x9747B28C
_M = np.uint32(0x5BD1E995)
_POSITIVE = np.uint32(0x7FFFFFFF)


def partitions_of(keys: Sequence[bytes | None] | pl.Series, count: int) -> NDArray[np.int64]:
    """For each key the partition of `count` that it belongs on; −1 for a record without a key, which belongs nowhere."""
    series = keys if isinstance(keys, pl.Series) else pl.Series(keys, dtype=pl.Binary)
    lengths = series.bin.size().cast(pl.Int64).fill_null(-1).to_numpy()
    placed = np.full(len(series), -1, np.int64)
    for length in np.unique(lengths[lengths >= 0]).tolist():
        at = np.flatnonzero(lengths == length)
        block = b"".join(series.gather(at).to_list())
        hashes = _murmur2(np.frombuffer(block, np.uint8).reshape(len(at), length))
        placed[at] = (hashes & _POSITIVE).astype(np.int64) % count
    return placed


def _murmur2(keys: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Murmur2 (32 bits, the Java client's seed) of each row; wraps around at 32 bits by intent."""
    count, length = keys.shape
    whole = length - length % 4
    words = np.ascontiguousarray(keys[:, :whole]).view("<u4").astype(np.uint32)
    hashes = np.full(count, _SEED ^ length, np.uint32)
    for column in range(whole // 4):
        mixed = words[:, column] * _M
        mixed ^= mixed >> np.uint32(24)
        hashes = (hashes * _M) ^ (mixed * _M)
    rest = keys[:, whole:].astype(np.uint32)
    if rest.shape[1]:
        for column in range(rest.shape[1]):
            hashes ^= rest[:, column] << np.uint32(8 * column)
        hashes *= _M
    hashes ^= hashes >> np.uint32(13)
    hashes *= _M
    hashes ^= hashes >> np.uint32(15)
    return hashes
