"""What is asked of a report, read from texts that people write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schemas.errors import WrongUsage

DEFAULT_ZONE = "Asia/Shanghai"
"""Where a bare date begins when the sources that are asked about do not agree on a time zone."""

ADMINISTRATIVE = "administrative"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. `since` inclusive, `until` exclusive, local days; `as_of` an instant, UTC.

    `by`: names of dimensions, empty for one row of totals. `place`: an id, or a name (then all places of that name).
    """

    as_of: datetime
    by: tuple[str, ...] = ()
    place: str | None = None
    source: str | None = None
    since: date | None = None
    until: date | None = None
    hierarchy: str = ADMINISTRATIVE
    level: str | None = None
    duty: str | None = None
    denominator: str = "due"
    settled: str = "end"

    @property
    def period(self) -> str | None:
        """The period as text, half-open; None when it is open at both ends."""
        if self.since is None and self.until is None:
            return None
        return f"[{self.since or '…'}, {self.until or '…'})"


def dimensions(text: str | None, known: Sequence[str], default: tuple[str, ...], report: str) -> tuple[str, ...]:
    """The names in a comma-separated list, each once; WrongUsage `usage.dimension`. The word `none` asks for totals
    only.
    """
    if text is None:
        return default
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in known and name != "none":
            raise WrongUsage(
                f"{report} has no dimension {name!r}",
                code="usage.dimension",
                expected=", ".join((*known, "none")),
                dimension=name,
            )
    return tuple(name for name in names if name != "none")


def a_day(text: str, option: str) -> date:
    """A local day, YYYY-MM-DD; WrongUsage `usage.date`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"{option} {text!r} is no day", code="usage.date", expected="YYYY-MM-DD") from None


def an_instant(text: str, zone: str) -> datetime:
    """An instant in UTC: ISO 8601; a bare date is 00:00 of that day, and a time without offset local, in `zone`."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage(
            f"--as-of {text!r} is no instant", code="usage.instant", expected="YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS+08:00"
        ) from None
    if told.tzinfo is None:
        told = told.replace(tzinfo=ZoneInfo(zone))
    return told.astimezone(UTC)


def period(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """`--from` and `--to` as local days, half-open; WrongUsage `usage.period` when nothing lies between them."""
    start = a_day(since, "--from") if since else None
    end = a_day(until, "--to") if until else None
    if start and end and start >= end:
        raise WrongUsage(
            f"--from {start} is not before --to {end}",
            code="usage.period",
            expected="--to is the first day after the period",
        )
    return start, end
