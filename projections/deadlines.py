"""How deadlines move: a granted extension 延期 states a new one, a granted suspension 挂账 stops the clock until it
is resumed.

A clock runs for each dispatch, and one for each case (for what concerns no dispatch). A pause lasts from the granted
suspension to the first Resumed 恢复, or Handled, of the same clock, and moves the deadline by what has elapsed, to
the microsecond; a second suspension inside a pause changes nothing. A pause without an end leaves the deadline where
it is.
"""

from __future__ import annotations

import numpy as np

from projections.lives import NEVER, Ints, Lives

_EXTENDED, _SUSPENDED, _ENDS_PAUSE = range(3)


def moved(lives: Lives, clock: Ints, due: Ints) -> Ints:
    """The deadlines `due` of clocks 0, 1, 2… (micros UTC, `NEVER`: none), moved; `clock`: for each fact its clock, or
    < 0.
    """
    positions, kinds = _steps(lives)
    mine = clock[positions] >= 0
    return _walked(lives, positions[mine], kinds[mine], clock, due.copy()) if mine.any() else due


def _steps(lives: Lives) -> tuple[Ints, Ints]:
    """What moves any clock, in order: (positions, kinds)."""
    extended = lives.granted("ComplaintExtensionDecided")
    extended = extended[lives.has("due_at")[extended]]
    suspended = lives.granted("ComplaintSuspensionDecided")
    ends = lives.of("ComplaintResumed", "ComplaintHandled") if len(suspended) else suspended
    parts = ((extended, _EXTENDED), (suspended, _SUSPENDED), (ends, _ENDS_PAUSE))
    positions = np.concatenate([part for part, _ in parts])
    kinds = np.concatenate([np.full(len(part), kind) for part, kind in parts])
    order = np.argsort(positions)
    return positions[order], kinds[order]


def _walked(lives: Lives, positions: Ints, kinds: Ints, clock: Ints, due: Ints) -> Ints:
    stated = lives.micros_of("due_at", positions).tolist()
    paused_at: dict[int, int] = {}
    for number, kind, at, new_due in zip(
        clock[positions].tolist(), kinds.tolist(), lives.micros[positions].tolist(), stated, strict=True
    ):
        if kind == _EXTENDED:
            due[number] = new_due
        elif kind == _SUSPENDED:
            paused_at.setdefault(number, at)
        elif number in paused_at:
            elapsed = at - paused_at.pop(number)
            due[number] += elapsed if due[number] != NEVER else 0
    return due
