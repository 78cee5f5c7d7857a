"""A seeded load in arrival order: the eight events of each case lie weeks apart, between those of thousands of others.

Real events through the real publisher: released schemas, identity, sealed free text, headers, murmur2 keys, lz4. With
the events of a case side by side the same work looks more than twice as fast, so they never are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from producers.log import Log, Positions, Record
from producers.publish import Publisher
from schemas.catalogue import EventType, event_type
from schemas.codec import Schemas
from schemas.privacy import KeyStore, MemoryKeyStore

SOURCE: Final = "bench-hotline"
TIME_ZONE: Final = "Asia/Shanghai"
ID_KEY: Final = b"bench" * 8
FIRST_DAY: Final = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z, microseconds."""
PUBLISHED_AT: Final = FIRST_DAY + 300 * 86_400_000_000
FILING_DAYS: Final = 60
STEP_DAYS: Final = 2.0
"""Mean days between two events of a case, exponentially distributed: a case takes about two weeks."""
PLACES, CATEGORIES, PARTIES = 300, 20, 50

STEPS: Final = ("Filed", "Established", "Dispatched", "SignedFor", "Handled", "Checked", "FollowedUp", "Closed")
SECOND: Final = 1_000_000
DUE: Final = 72 * 3600 * SECOND


def event_of(step: str) -> EventType:
    """The event type of a step of `STEPS`."""
    return event_type(f"linli.complaints.Complaint{step}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """All events of the load in arrival order: which case, which step, when (microseconds UTC)."""

    case: NDArray[np.int64]
    step: NDArray[np.int64]
    at: NDArray[np.int64]

    def part(self, start: int, stop: int) -> Arrival:
        return Arrival(self.case[start:stop], self.step[start:stop], self.at[start:stop])

    def __len__(self) -> int:
        return len(self.at)


def arrival(seed: int, events: int) -> Arrival:
    """The order in which `events` events (whole cases: a multiple of eight) reach the log."""
    cases = events // len(STEPS)
    dice = np.random.default_rng(seed)
    waits = dice.exponential(STEP_DAYS * 86_400, (cases, len(STEPS)))
    waits[:, 0] = dice.uniform(0, FILING_DAYS * 86_400, cases)
    at = FIRST_DAY + np.cumsum(waits.astype(np.int64), axis=1).ravel() * SECOND
    case = np.repeat(np.arange(cases), len(STEPS))
    step = np.tile(np.arange(len(STEPS)), cases)
    order = np.lexsort((step, case, at))
    return Arrival(case[order], step[order], at[order])


@dataclass(slots=True)
class _Collected:
    """`Log` that hands its records on to be put in order."""

    records: list[Record] = field(default_factory=list)

    def append(self, record: Record) -> None:
        self.records.append(record)

    def flush(self) -> Positions:
        return {}


@dataclass(frozen=True, slots=True)
class Load:
    """The load of one seed, to be written in stretches: what is written first is a prefix of what is written later."""

    seed: int
    events: int
    chunk: int = 20_000

    def records(self, schemas: Schemas, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """The records from `start` to `stop` in arrival order, as the publisher makes them."""
        whole = arrival(self.seed, self.events)
        keys = MemoryKeyStore()
        for begin in range(start, min(stop or len(whole), len(whole)), self.chunk):
            yield from _published(
                whole.part(begin, min(begin + self.chunk, stop or len(whole))), schemas, keys, self.seed
            )

    def write(
        self, log: Log, schemas: Schemas, start: int, stop: int, told: Callable[[int], None] = lambda _: None
    ) -> None:
        """Append a stretch of the load to a log and wait until it is kept; `told` hears how many were handed over."""
        for number, record in enumerate(self.records(schemas, start, stop), start=1):
            log.append(record)
            if number % self.chunk == 0:
                told(number)
        log.flush()


def _published(part: Arrival, schemas: Schemas, keys: KeyStore, seed: int) -> list[Record]:
    """The part's records in its order. The publisher takes one type at a time, so they are put back into order."""
    collected = _Collected()
    publisher = Publisher(schemas, collected, ID_KEY, keys, lambda: PUBLISHED_AT)
    places = []
    for number, step in enumerate(STEPS):
        at = np.flatnonzero(part.step == number)
        if len(at):
            publisher.publish(event_of(step), _statements(step, part.case[at], part.at[at], seed))
            places.append(at)
    order = np.argsort(np.concatenate(places), kind="stable")
    return [collected.records[index] for index in order.tolist()]


def _statements(step: str, case: NDArray[np.int64], at: NDArray[np.int64], seed: int) -> pl.DataFrame:
    """What the source states about these cases at this step; a case's values follow from its number and the seed."""
    refs = [f"{number:010d}" for number in case.tolist()]
    common = {
        "source": SOURCE,
        "source_ref": refs,
        "case_id": [f"{SOURCE}:{ref}" for ref in refs],
        "occurred_at": at,
        "sub_status": step.lower(),
    }
    return pl.DataFrame({**common, **_values(step, case, at, seed)})


def _values(step: str, case: NDArray[np.int64], at: NDArray[np.int64], seed: int) -> dict[str, Any]:
    if step == "Filed":
        return {
            "time_zone": TIME_ZONE,
            "request_type": "help",
            "channel": "12345",
            "category": _chosen("category", CATEGORIES, case, seed),
            "place_id": _chosen("gov:36011", PLACES, case, seed + 1),
            "description": "楼道乱堆杂物,请尽快处理",
        }
    if step == "Dispatched":
        to = _chosen("gov:party", PARTIES, case, seed + 2)
        return {"dispatch_id": "1", "role": "lead", "to_party_id": to, "due_at": at + DUE}
    return _CONSTANT[step]


_CONSTANT: Final[dict[str, dict[str, Any]]] = {
    "Established": {"level": "community"},
    "SignedFor": {"dispatch_id": "1"},
    "Handled": {"dispatch_id": "1", "mode": "on_site"},
    "Checked": {"dispatch_id": "1", "passed": True},
    "FollowedUp": {"contacted": True, "solved": True, "satisfaction": "satisfied"},
    "Closed": {"outcome": "solved"},
}


def _chosen(prefix: str, count: int, case: NDArray[np.int64], salt: int) -> list[str]:
    """One of `count` names for each case, spread evenly (multiplicative hashing, Knuth)."""
    mixed = ((case + 1) * 2_654_435_761 + salt * 40_503) % 2**32
    return [f"{prefix}{number:03d}" for number in (mixed * count // 2**32).tolist()]
