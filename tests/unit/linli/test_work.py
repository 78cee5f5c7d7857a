"""Workers kept running, positions watched: with workers that are told what to do, and a clock that is turned."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from linli.work import FRUITLESS, Child, Positions, Summary, Supervisor, Told, open_ends, parse_positions, wait_for
from projections.store import LogEdge
from schemas.errors import Unavailable, WrongUsage

PLACE = ("linli.complaints", 0)


@dataclass
class FakeChild:
    """A worker: ends with the code given, or runs until it is stopped."""

    code: int | None = None
    stubborn: bool = False
    ended: list[str] = field(default_factory=list)

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.ended.append("terminated")
        self.code = None if self.stubborn else 0

    def kill(self) -> None:
        self.ended.append("killed")
        self.code = -9


def moved(following: int, **counts: int) -> dict[str, Any]:
    told = {"applied": 0, "repeated": 0, "dead_lettered": 0, "void": 0, **counts}
    return {"moved": {"topic": PLACE[0], "partition": PLACE[1], "next": following, **told}}


@dataclass
class Bench:
    """A supervisor whose workers each play one part after the other."""

    parts: list[Callable[[FakeChild], list[dict[str, Any]]]]
    stored: Positions = field(default_factory=dict)
    children: list[FakeChild] = field(default_factory=list)
    started_at: list[float] = field(default_factory=list)
    now: float = 0.0

    def spawn(self, told: queue.Queue[Told]) -> Child:
        child = FakeChild()
        part = self.parts[min(len(self.children), len(self.parts) - 1)]
        self.children.append(child)
        self.started_at.append(self.now)
        for document in part(child):
            told.put((child, document))
        return child

    def clock(self) -> float:
        self.now += 0.01
        return self.now

    def supervisor(self, ends: Positions | None, workers: int = 1) -> Supervisor:
        return Supervisor(
            workers, self.spawn, lambda: self.stored, ends, self.clock, poll_seconds=0.0, tick_seconds=0.0
        )


def ending(code: int, *told: dict[str, Any]) -> Callable[[FakeChild], list[dict[str, Any]]]:
    def part(child: FakeChild) -> list[dict[str, Any]]:
        child.code = code
        return list(told)

    return part


def running(*told: dict[str, Any]) -> Callable[[FakeChild], list[dict[str, Any]]]:
    return lambda child: list(told)


def test_it_ends_in_peace_when_the_positions_are_there() -> None:
    bench = Bench([running(moved(3, applied=3), moved(7, applied=2, repeated=1, dead_lettered=1))])
    supervisor = bench.supervisor({PLACE: 7})
    assert supervisor.run() == 0
    assert bench.children[0].ended == ["terminated"]
    assert supervisor.summary.document(1.5, {PLACE: 9}) == {
        "applied": 5,
        "repeated": 1,
        "dead_lettered": 1,
        "void": 0,
        "seconds": 1.5,
        "restarts": 0,
        "positions": {"linli.complaints/0": 7},
        "lag": 2,
    }


def test_nothing_is_started_when_there_is_nothing_to_do() -> None:
    bench = Bench([running()], stored={PLACE: 7})
    assert bench.supervisor({PLACE: 7}).run() == 0
    assert bench.supervisor({}).run() == 0
    assert bench.children == []


def test_what_other_workers_have_applied_counts() -> None:
    bench = Bench([running()])
    supervisor = bench.supervisor({PLACE: 7})
    supervisor.show = lambda summary, seconds: setattr(bench, "stored", {PLACE: 7})
    assert supervisor.run() == 0


def test_a_worker_that_ends_is_started_again_with_growing_pauses() -> None:
    bench = Bench([ending(1), ending(70), ending(-9), running(moved(7, applied=7))])
    supervisor = bench.supervisor({PLACE: 7})
    assert supervisor.run() == 0
    assert supervisor.summary.restarts == 3
    pauses = [after - before for before, after in zip(bench.started_at, bench.started_at[1:], strict=False)]
    assert [round(pause) for pause in pauses] == [1, 2, 4]


@pytest.mark.parametrize("code", [2, 4])
def test_a_refusal_is_not_tried_again(code: int) -> None:
    bench = Bench([ending(code, {"failed": {"code": "refused.topic_recreated"}, "exit_code": code})])
    supervisor = bench.supervisor(None, workers=2)
    assert supervisor.run() == code
    assert supervisor.summary.failure == {"code": "refused.topic_recreated"}
    assert len(bench.children) <= 2
    assert supervisor.summary.document(0.0, {})["failed"] == {"code": "refused.topic_recreated"}


def test_a_command_that_should_end_gives_up_when_no_start_bears_fruit() -> None:
    bench = Bench([ending(70)])
    assert bench.supervisor({PLACE: 7}).run() == 70
    assert len(bench.children) == FRUITLESS


def test_one_that_moves_between_two_ends_is_given_more_time() -> None:
    parts = [ending(1, moved(at, applied=1)) for at in range(1, 3 * FRUITLESS)]
    bench = Bench(list(parts))
    assert bench.supervisor({PLACE: 3 * FRUITLESS - 1}).run() == 0


def test_a_worker_that_does_not_stop_is_killed() -> None:
    bench = Bench([running(moved(7))])
    supervisor = bench.supervisor({PLACE: 7})
    supervisor.show = lambda summary, seconds: setattr(bench.children[0], "stubborn", True)
    assert supervisor.run() == 0
    assert bench.children[0].ended == ["terminated", "killed"]


def test_stopping_is_no_failure_and_a_gap_in_the_store_is_waited_for() -> None:
    bench = Bench([running({"waiting": {"what": "PostgreSQL does not answer"}})])
    supervisor = bench.supervisor({PLACE: 7})

    def known() -> Positions:
        raise Unavailable("PostgreSQL does not answer")

    supervisor.known = known
    shown: list[dict[str, Any] | None] = []

    def show(summary: Summary, seconds: float) -> None:
        shown.append(summary.waiting)
        supervisor.stop()

    supervisor.show = show
    assert supervisor.run() == 0
    assert shown[0] is not None
    assert shown[0]["what"] == "PostgreSQL does not answer"


def test_the_ends_leave_out_partitions_that_hold_nothing() -> None:
    class Edges:
        def all_edges(self, topics: object) -> dict[tuple[str, int], LogEdge]:
            return {PLACE: LogEdge(0, 7), ("linli.places", 0): LogEdge(0, 0), ("linli.places", 1): LogEdge(5, 5)}

    assert open_ends(Edges()) == {PLACE: 7}


def test_positions_as_text() -> None:
    assert parse_positions("linli.complaints/0=7, linli.places/11=0") == {PLACE: 7, ("linli.places", 11): 0}
    for wrong in ("", "caught", "linli.complaints=7", "linli.complaints/0=x", "linli.complaints/0=7,"):
        with pytest.raises(WrongUsage):
            parse_positions(wrong)


def test_waiting_ends_at_the_position_or_tells_what_is_missing() -> None:
    stored = [{}, {PLACE: 3}, {PLACE: 7}]
    assert wait_for({PLACE: 7}, lambda: stored.pop(0), 60, lambda: 0.0, lambda seconds: None) == {}
    clock = iter(range(100))
    assert wait_for({PLACE: 7}, lambda: {PLACE: 3}, 5, lambda: next(clock), lambda seconds: None) == {PLACE: 4}
