"""What can go wrong, as one tree. The codes are shared by the CLI, the API and dead letters, and never change.

LinliError
├── WrongUsage              usage.*        the command was called wrongly           exit 2
├── Refused                 refused.*      a named refusal: doing it would do harm  exit 4
├── BadInput                input.*        a file or record is not as agreed        exit 3 (some) or 1 (whole file)
│   └── BadCell             input.cell.*   one value of one row
├── BadMapping              mapping.*      the mapping file has a mistake           exit 2
├── BadRules                rules.*        a file of rules has a mistake             exit 2
├── BadRecord               record.*       a record of the log: becomes a dead letter
└── Unavailable             part.*         a part does not answer: wait, nothing is lost  exit 1
    └── NoProgress          part.progress  stuck for too long                       exit 70
"""

from __future__ import annotations

from typing import Any


class LinliError(Exception):
    """Base of all errors: what was wrong, where, what was expected, what to do.

    `code` is stable. `where` is a place a person can go to (file, sheet and row; topic, partition and offset).
    `data` holds what a caller needs to act (`event_id`, `position`, `field`, `retry_after`…).
    """

    code = "linli"
    exit_code = 1

    def __init__(
        self, what: str, *, code: str | None = None, where: str = "", expected: str = "", remedy: str = "", **data: Any
    ) -> None:
        super().__init__(what)
        self.what = what
        self.code = code or type(self).code
        self.where = where
        self.expected = expected
        self.remedy = remedy
        self.data = data

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes whole."""
        return (_again, (type(self), self.what, self.code, self.where, self.expected, self.remedy, self.data))

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.remedy:
            parts.append(self.remedy)
        return "; ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """The error as every machine-readable answer shows it; empty parts are left out."""
        told = {
            "code": self.code,
            "what": self.what,
            "where": self.where,
            "expected": self.expected,
            "remedy": self.remedy,
        }
        return {name: value for name, value in {**told, **self.data}.items() if value not in ("", None)}


class WrongUsage(LinliError):
    """The command was called in a way that makes no sense."""

    code = "usage"
    exit_code = 2


class Refused(LinliError):
    """Doing what was asked would lose or falsify something."""

    code = "refused"
    exit_code = 4


class BadInput(LinliError):
    """A file, sheet or record of a feed is not as agreed."""

    code = "input"


class BadCell(BadInput):
    """One value of one row is not as the mapping says; `data` has column, value, row."""

    code = "input.cell"


class BadMapping(LinliError):
    """The mapping file has a mistake."""

    code = "mapping"
    exit_code = 2


class BadRules(LinliError):
    """A file of rules (calendars, limits, periods…) has a mistake; `data` has table, key, value."""

    code = "rules"
    exit_code = 2


class BadRecord(LinliError):
    """A record of the log that cannot be applied, and will never be: it becomes a dead letter."""

    code = "record"


class Unavailable(LinliError):
    """A part does not answer. Nothing is lost: the same step is tried again."""

    code = "part"


class NoProgress(Unavailable):
    """There is work, and none was done for too long."""

    code = "part.progress"
    exit_code = 70


def _again(
    kind: type[LinliError], what: str, code: str, where: str, expected: str, remedy: str, data: dict[str, Any]
) -> LinliError:
    return kind(what, code=code, where=where, expected=expected, remedy=remedy, **data)
