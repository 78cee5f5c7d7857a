"""Liveness is progress: what counts as stuck, and what as waiting."""

from __future__ import annotations

import pytest

from projections.store import Applied
from schemas.errors import LinliError, NoProgress
from streams.claims import Held
from streams.progress import Liveness, Moved, Progress, Watchdog
from tests.unit.streams.doubles import FakeLog

A, B = ("linli.complaints", 0), ("linli.places", 1)


def look(liveness: Liveness, now: float, positions: dict[tuple[str, int], int], alive_at: float = 0.0) -> None:
    liveness.check(now, alive_at, positions, {A: 100, B: 7})


def test_a_position_that_stands_still_below_the_end_is_stuck_after_the_patience() -> None:
    liveness = Liveness(60)
    look(liveness, 0, {A: 5})
    look(liveness, 60, {A: 5})
    with pytest.raises(NoProgress) as caught:
        look(liveness, 61, {A: 5})
    assert caught.value.exit_code == 70
    assert caught.value.where == "linli.complaints/0 at 5"


def test_a_position_that_moves_is_not_stuck_however_slowly() -> None:
    liveness = Liveness(60)
    for step in range(10):
        look(liveness, 50 * step, {A: step})


def test_one_that_moves_does_not_excuse_another_that_does_not() -> None:
    liveness = Liveness(60)
    look(liveness, 0, {A: 1, B: 0})
    look(liveness, 50, {A: 2, B: 0})
    with pytest.raises(NoProgress, match=r"linli\.places/1 at 0"):
        look(liveness, 61, {A: 3, B: 0})


def test_at_the_end_there_is_nothing_to_do_for_as_long_as_it_takes() -> None:
    liveness = Liveness(60)
    look(liveness, 0, {A: 100, B: 7})
    look(liveness, 10_000, {A: 100, B: 7})


def test_waiting_for_a_part_that_is_known_to_be_away_is_a_sign_of_life() -> None:
    liveness = Liveness(60)
    look(liveness, 0, {A: 5})
    look(liveness, 100, {A: 5}, alive_at=90)
    with pytest.raises(NoProgress):
        look(liveness, 151, {A: 5}, alive_at=90)


def test_a_partition_given_back_and_taken_again_starts_anew() -> None:
    liveness = Liveness(60)
    look(liveness, 0, {A: 5})
    look(liveness, 50, {})
    look(liveness, 100, {A: 5})


def watched(log: FakeLog, held: list[Held]) -> tuple[Watchdog, list[float], list[LinliError]]:
    now, waiting = [0.0], list[LinliError]()
    progress = Progress(lambda: now[0], degraded=waiting.append)
    return Watchdog(log, lambda: held, progress, lambda stuck: None, 60), now, waiting


def test_the_watchdog_compares_what_is_held_with_the_log() -> None:
    held = Held(*A, 4, 1, 5)
    watchdog, now, _ = watched(FakeLog({A: 100}), [held])
    watchdog.look()
    now[0] = 61.0
    with pytest.raises(NoProgress):
        watchdog.look()
    held.expected = 100
    watchdog.look()


def test_a_log_that_does_not_answer_is_waited_for() -> None:
    log = FakeLog({A: 100})
    watchdog, now, waiting = watched(log, [Held(*A, 4, 1, 5)])
    watchdog.look()
    log.away, now[0] = True, 61.0
    watchdog.look()
    assert [error.code for error in waiting] == ["part.kafka"]
    log.away, now[0] = False, 70.0
    watchdog.look()


def test_movements_are_told() -> None:
    told: list[Moved] = []
    progress = Progress(lambda: 3.0, told.append)
    progress.moved(Held(*A, 4, 1, 9), Applied(applied=2))
    assert told == [Moved(*A, 9, Applied(applied=2))]
