"""When Python looks for cycles: rarely, while millions of small values without any come and go."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (500_000, 20, 20)


@contextmanager
def few_collections() -> Iterator[None]:
    """For a bulk job; looking as often as usual would take a quarter of its time."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
