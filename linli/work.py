"""`linli work` and `linli wait`: workers kept running, and positions watched.

A worker is a process of its own and may end at any moment; this one starts it again, with growing pauses. What it did
not commit is read again from the stored positions, so a restart loses nothing and repeats nothing.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Protocol

from linli.settings import inherited
from projections.store import LogEdge
from schemas.catalogue import FAMILIES
from schemas.errors import Unavailable, WrongUsage

Positions = Mapping[tuple[str, int], int]
"""(topic, partition) → next offset to be applied."""

TICK_SECONDS = 0.1
KILL_SECONDS = 22.0
"""After which a worker that was told to stop is killed; its own time-out is a little shorter."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
FRUITLESS = 5
"""So many starts in a row without any movement, and a command that should end gives up."""
POLL_SECONDS = 1.0

_NOT_AGAIN = (2, 4)
"""Exit codes of a worker that another start would not change: wrong usage, refused."""


class Child(Protocol):
    """A running worker."""

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """End it."""
        ...


FRUGAL: Mapping[str, str] = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:100,muzzy_decay_ms:0,narenas:2",
}
"""For the allocators of a worker, the C library's and that of Polars (jemalloc): batches come and go in several threads, and
what each has freed is given back. Over a backlog of a million events it peaked 270 MiB lower (docs/decisions/007)."""

Told = tuple["Child", dict[str, Any]]
Spawn = Callable[["queue.Queue[Told]"], Child]


def spawn(told: queue.Queue[Told]) -> Child:
    """Start a worker; what it tells arrives in the queue. Standard input is its lifeline."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "linli.worker", str(writing)]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=sys.stderr, pass_fds=(writing,), env={**inherited(), **FRUGAL}
    )
    os.close(writing)

    def read() -> None:
        with os.fdopen(reading, encoding="utf-8") as lines:
            for line in lines:
                told.put((child, json.loads(line)))

    Thread(target=read, name=f"worker {child.pid}", daemon=True).start()
    return child


@dataclass
class Summary:
    """What the workers did since the command was started."""

    applied: int = 0
    repeated: int = 0
    dead_lettered: int = 0
    void: int = 0
    restarts: int = 0
    moves: int = 0
    positions: dict[tuple[str, int], int] = field(default_factory=dict)
    waiting: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None

    def add(self, moved: Mapping[str, Any]) -> None:
        """A position moved."""
        self.applied += moved["applied"]
        self.repeated += moved["repeated"]
        self.dead_lettered += moved["dead_lettered"]
        self.void += moved["void"]
        self.positions[moved["topic"], moved["partition"]] = moved["next"]
        self.moves += 1
        self.waiting = self.failure = None

    def lag(self, ends: Positions) -> int:
        """Offsets between the positions and these ends."""
        return sum(max(0, end - self.positions.get(place, 0)) for place, end in ends.items())

    def document(self, seconds: float, ends: Positions) -> dict[str, Any]:
        """As `linli work --json` prints it."""
        document = {
            "applied": self.applied,
            "repeated": self.repeated,
            "dead_lettered": self.dead_lettered,
            "void": self.void,
            "seconds": round(seconds, 3),
            "restarts": self.restarts,
            "positions": {f"{topic}/{number}": at for (topic, number), at in sorted(self.positions.items())},
            "lag": self.lag(ends),
        }
        return document if self.failure is None else {**document, "failed": self.failure}


@dataclass
class _Place:
    """A place for one worker, and when the next may be started in it."""

    child: Child | None = None
    not_before: float = 0.0
    pause: float = FIRST_PAUSE
    fruitless: int = 0
    moves: int = 0


@dataclass
class Supervisor:
    """Keeps workers running. `ends`: work until the positions are there; None: until stopped.

    `known`: the stored positions. `show` is called on every tick with the summary and the seconds so far.
    """

    workers: int
    spawn: Spawn
    known: Callable[[], Positions]
    ends: Positions | None = None
    clock: Callable[[], float] = time.monotonic
    show: Callable[[Summary, float], None] = lambda _summary, _seconds: None
    summary: Summary = field(default_factory=Summary)
    tick_seconds: float = TICK_SECONDS
    poll_seconds: float = POLL_SECONDS
    _told: queue.Queue[Told] = field(default_factory=queue.Queue)
    _stopping: bool = False
    _code: int = 0
    _asked_at: float = float("-inf")

    def run(self) -> int:
        """The command's exit code. KeyboardInterrupt and `stop` end it in peace."""
        started = self.clock()
        places = [_Place() for _ in range(self.workers)]
        try:
            while not self._stopping and not self._caught_up():
                for place in places:
                    self._tend(place)
                self._listen(self.tick_seconds)
                self.show(self.summary, self.clock() - started)
        except KeyboardInterrupt:
            pass
        finally:
            self._end(places)
            self._ask()
        return self._code

    def stop(self, *_: Any) -> None:
        """End in peace; may be called from a signal handler."""
        self._stopping = True

    def _caught_up(self) -> bool:
        if self.ends is None:
            return False
        if self.summary.lag(self.ends) > 0 and self.clock() - self._asked_at >= self.poll_seconds:
            self._ask()
        return self.summary.lag(self.ends) == 0

    def _ask(self) -> None:
        """What is stored: another command's workers may hold partitions, too."""
        self._asked_at = self.clock()
        try:
            stored = self.known()
        except Unavailable as error:
            self.summary.waiting = error.as_dict()
            return
        for place, position in stored.items():
            self.summary.positions[place] = max(position, self.summary.positions.get(place, 0))

    def _tend(self, place: _Place) -> None:
        """Start a worker where none runs."""
        if place.child is not None and (code := place.child.poll()) is not None:
            self._listen(0.0)
            place.child = None
            self._ended(place, code)
        if place.child is None and not self._stopping and self.clock() >= place.not_before:
            place.child = self.spawn(self._told)

    def _ended(self, place: _Place, code: int) -> None:
        place.fruitless = place.fruitless + 1 if self.summary.moves == place.moves else 1
        place.moves = self.summary.moves
        if code in _NOT_AGAIN or (self.ends is not None and place.fruitless >= FRUITLESS):
            self._code, self._stopping = code or 1, True
            return
        self.summary.restarts += 1
        place.pause = FIRST_PAUSE if place.fruitless == 1 else place.pause
        place.not_before = self.clock() + place.pause
        place.pause = min(2 * place.pause, LONGEST_PAUSE)

    def _listen(self, seconds: float) -> None:
        """Take in everything told so far, waiting at most so long for the first."""
        try:
            _, document = self._told.get(timeout=seconds) if seconds else self._told.get_nowait()
            while True:
                self._take(document)
                _, document = self._told.get_nowait()
        except queue.Empty:
            return

    def _take(self, document: Mapping[str, Any]) -> None:
        if "moved" in document:
            self.summary.add(document["moved"])
        elif "waiting" in document:
            self.summary.waiting = document["waiting"]
        elif "failed" in document:
            self.summary.failure = document["failed"]

    def _end(self, places: Sequence[_Place]) -> None:
        children = [place.child for place in places if place.child is not None]
        for child in children:
            child.terminate()
        deadline = self.clock() + KILL_SECONDS
        while any(child.poll() is None for child in children) and self.clock() < deadline:
            self._listen(self.tick_seconds)
        for child in children:
            if child.poll() is None:
                child.kill()
        self._listen(0.0)


class Edges(Protocol):
    """What of `linli.logview.KafkaLogView` is needed here."""

    def all_edges(self, topics: Sequence[str]) -> Mapping[tuple[str, int], LogEdge]:
        """Where every partition begins and ends."""
        ...


def open_ends(log: Edges) -> dict[tuple[str, int], int]:
    """Where the log of all families ends now, without the partitions that hold nothing."""
    edges = log.all_edges([family.topic for family in FAMILIES])
    return {place: edge.end for place, edge in edges.items() if edge.end > edge.begin}


def parse_positions(text: str) -> dict[tuple[str, int], int]:
    """Positions as `topic/partition=next`, separated by commas; WrongUsage `usage.positions` otherwise."""
    wanted = {}
    for part in text.split(","):
        match = _POSITION.fullmatch(part.strip())
        if match is None:
            raise WrongUsage(
                f"{part.strip()!r} is no position",
                code="usage.positions",
                expected="caught up, or topic/partition=next such as linli.complaints/0=1200",
            )
        wanted[match["topic"], int(match["partition"])] = int(match["next"])
    return wanted


_POSITION = re.compile(r"(?P<topic>[\w.-]+)/(?P<partition>\d+)=(?P<next>\d+)")


def wait_for(
    wanted: Positions,
    known: Callable[[], Positions],
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[tuple[str, int], int]:
    """Wait until the positions are there; what is missing at the end of the time allowed, by partition."""
    deadline = clock() + timeout
    while True:
        stored = known()
        behind = {place: at - stored.get(place, 0) for place, at in wanted.items() if stored.get(place, 0) < at}
        if not behind or clock() >= deadline:
            return behind
        sleep(TICK_SECONDS)
