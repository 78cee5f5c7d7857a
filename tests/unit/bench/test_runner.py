"""What the runner checks before it measures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from bench.runner import COUNTS, check


def course(written: int, told: list[str]) -> Any:
    filled = SimpleNamespace(written=written, fill=lambda stop, progress: progress(f"filled to {stop}"))
    return cast("Any", SimpleNamespace(topic=filled, progress=told.append))


def test_a_kept_topic_that_holds_more_is_not_checked_on_its_first_events() -> None:
    """Each system would take other ones of its four partitions first."""
    told: list[str] = []
    assert not check(course(1000, told), [COUNTS], 100)
    assert told == ["the kept topic holds 1,000 events: systems are compared on the whole of it"]


def test_a_new_topic_is_filled_with_them() -> None:
    told: list[str] = []
    assert check(course(0, told), [], 100)
    assert told == ["filled to 100"]
