"""How the scenario is told: statements with ids, instants and days, collected and then put in order of their time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import groupby
from typing import Any, Final

from producers.publish import Statement
from producers.scenario.figures import FIRST_DAY
from schemas.catalogue import EventType, event_type
from schemas.ids import entity_id

SHANGHAI: Final = timezone(timedelta(hours=8))
EPOCH: Final = date(1970, 1, 1)
MICROS_A_DAY: Final = 86_400_000_000

Stated = tuple[EventType, list[Statement]]


def source_of(seed: int) -> str:
    """The source of a seed's statements: several scenarios may stand side by side."""
    return f"scenario-{seed}"


@dataclass(slots=True)
class Teller:
    """Collects statements. Days and instants may be given as such; they become what the schemas ask for."""

    seed: int
    dice: random.Random = field(init=False)
    source: str = field(init=False)
    _told: list[tuple[EventType, Statement]] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.source = source_of(self.seed)

    def id(self, ref: str) -> str:
        """The id of the entity that has this reference."""
        return entity_id(self.source, ref)

    def ref(self, what: str) -> str:
        """A reference that nothing had before: `what` and a number."""
        self._numbers[what] = self._numbers.get(what, 0) + 1
        return f"{what}-{self._numbers[what]:04d}"

    def someone(self) -> str:
        """Reference of a person, a pseudonym that tells nothing."""
        return f"{self.dice.getrandbits(128):032x}"

    def at(self, day: date, hour: int = 10) -> datetime:
        """Some minute of that hour, by the local clock."""
        return datetime(day.year, day.month, day.day, hour, self.dice.randrange(60), tzinfo=SHANGHAI)

    def day(self, first: date, last: date) -> date:
        """A day between these two, both included."""
        return first + timedelta(days=self.dice.randint(0, (last - first).days))

    def tell(self, name: str, ref: str, at: datetime, /, **values: Any) -> str:
        """State an event `<family>.<Type>` about the entity with this reference; the entity's id."""
        event, entity = event_type(f"linli.{name}"), self.id(ref)
        base = {"source": self.source, "source_ref": ref, event.family.key: entity, "occurred_at": _plain(at)}
        self._told.append((event, base | {name: _plain(value) for name, value in values.items()}))
        return entity

    def in_order(self, until: date) -> Iterator[Stated]:
        """What was stated up to the end of that local day: day by day as it arrives, by type within a day."""
        end = _plain(datetime(until.year, until.month, until.day, tzinfo=SHANGHAI) + timedelta(days=1))
        kept = sorted((one for one in self._told if one[1]["occurred_at"] < end), key=_arrival)
        for (_, name), some in groupby(kept, key=lambda one: _arrival(one)[:2]):
            yield event_type(name), [statement for _, statement in some]


def before_it_all() -> datetime:
    """When registers are stated: the beginning of the first day."""
    return datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=SHANGHAI)


def _arrival(one: tuple[EventType, Statement]) -> tuple[int, str, int]:
    event, statement = one
    return (statement["occurred_at"] // MICROS_A_DAY, event.full_name, statement["occurred_at"])


def _plain(value: Any) -> Any:
    """Instants as microseconds UTC, days as days since 1970, also within lists and records."""
    if isinstance(value, datetime):
        return int(value.astimezone(UTC).timestamp()) * 1_000_000
    if isinstance(value, date):
        return (value - EPOCH).days
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
