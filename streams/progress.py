"""What a worker has done, and whether it still moves.

Clients that get stuck after a broker's restart look alive by every other measure, so liveness is progress: where the log
goes on after the position, the position must move. Time spent waiting for a part that is known to be away counts as alive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread

from projections.store import Applied
from schemas.errors import LinliError, NoProgress, Unavailable
from streams.claims import Held, LogView, TopicPartition

Clock = Callable[[], float]
"""Seconds on a clock that never goes back."""

PATIENCE = 120.0
"""Seconds without movement after which a worker that has something to do gives up."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A position moved to `next` (exclusive); what became of the offsets passed."""

    topic: str
    partition: int
    next: int
    applied: Applied


@dataclass
class Progress:
    """Where agents tell what they did. `told` hears of every movement, `degraded` of every failed attempt."""

    clock: Clock
    told: Callable[[Moved], None] = lambda _moved: None
    degraded: Callable[[LinliError], None] = lambda _error: None
    alive_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.alive_at = self.clock()

    def moved(self, held: Held, applied: Applied) -> None:
        """A batch was committed; `held` expects the one after it."""
        self.alive_at = self.clock()
        self.told(Moved(held.topic, held.partition, held.expected, applied))

    def waiting(self, error: LinliError) -> None:
        """An attempt failed for a known reason and will be repeated."""
        self.alive_at = self.clock()
        self.degraded(error)


@dataclass
class Liveness:
    """Decides from one look after the other whether a worker is stuck. Pure: time, ends and positions are given."""

    patience: float
    _since: dict[TopicPartition, tuple[int, float]] = field(default_factory=dict)

    def check(
        self, now: float, alive_at: float, positions: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> None:
        """NoProgress when a partition has more to read and did not move for longer than the patience.

        `positions`: next offset of each partition held; `ends`: where the log ends now; `alive_at`: the last sign of life.
        """
        self._since = {
            partition: self._since_when(partition, position, now)
            for partition, position in positions.items()
            if ends.get(partition, 0) > position
        }
        for (topic, number), (position, since) in self._since.items():
            still = now - max(since, alive_at)
            if still > self.patience:
                raise NoProgress(
                    f"no movement for {still:.0f} s although the log goes on",
                    where=f"{topic}/{number} at {position}",
                    expected=f"a position that moves towards {ends[topic, number]}",
                    remedy="the worker stops with exit code 70, to be started again",
                )

    def _since_when(self, partition: TopicPartition, position: int, now: float) -> tuple[int, float]:
        before = self._since.get(partition)
        return before if before is not None and before[0] == position else (position, now)


class Watchdog(Thread):
    """Looks at log and positions from a thread of its own, and calls `give_up` once when nothing moves."""

    def __init__(
        self,
        log: LogView,
        held: Callable[[], Iterable[Held]],
        progress: Progress,
        give_up: Callable[[NoProgress], None],
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._log, self._held, self._progress, self._give_up = log, held, progress, give_up
        self._liveness, self._interval, self._stop = Liveness(patience), patience / 8, Event()

    def run(self) -> None:
        """Look until stopped."""
        while not self._stop.wait(self._interval):
            try:
                self.look()
            except NoProgress as stuck:
                self._give_up(stuck)
                return

    def look(self) -> None:
        """One look; NoProgress when the worker is stuck."""
        positions = {(held.topic, held.partition): held.expected for held in list(self._held())}
        try:
            ends = {
                partition: edge
                for topic in {topic for topic, _ in positions}
                for partition, edge in self._ends(topic, positions)
            }
        except Unavailable as error:
            self._progress.waiting(error)
            return
        self._liveness.check(self._progress.clock(), self._progress.alive_at, positions, ends)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _ends(self, topic: str, positions: Mapping[TopicPartition, int]) -> list[tuple[TopicPartition, int]]:
        numbers = [number for name, number in positions if name == topic]
        return [((topic, number), edge.end) for number, edge in self._log.edges(topic, numbers).items()]
