"""A report's answer: rows with everything that says what they mean (design §12).

JSON: {"report", "metric", "version", "definition", "population", "time_axis", "as_of", "known_at", "positions",
"freshness", "rows": [{<dimension>: …, "n": …, <measure>: …}]}, and beside these "numerator", "denominator" (of ratios),
"totals" (each thing counted once, whatever the rows show twice) and "left_out": [{"n", "why", "code"}].
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from linli.reports.freshness import Freshness
from linli.reports.metrics import Metric, Text
from linli.reports.session import Row

Kind = Literal["label", "count", "seconds", "ratio", "hidden"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the rows and how a terminal shows it; `hidden` ones are in JSON and CSV only, `whole` ones are not
    wrapped.
    """

    name: str
    header: Text
    kind: Kind = "count"
    whole: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Things that are in no figure of the report, and why; `code` is stable."""

    n: int
    code: str
    why: Text


@dataclass(frozen=True, slots=True)
class Document:
    """See the module. `remarks`: what a reader should know beside the definition."""

    report: str
    metric: Metric
    population: Text
    as_of: datetime
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Row = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()
    remarks: Sequence[Text] = ()
    freshness: Freshness = field(default_factory=Freshness)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The document with plain values: instants as ISO 8601 UTC, days as ISO."""
        metric = self.metric
        ratio = {"numerator": metric.numerator, "denominator": metric.denominator}
        return {
            "report": self.report,
            "metric": metric.id,
            "version": metric.version,
            "definition": metric.definition.told(language),
            **{name: text.told(language) for name, text in ratio.items() if text is not None},
            "population": self.population.told(language),
            "time_axis": metric.time_axis.told(language),
            "as_of": instant(self.as_of),
            "known_at": self.freshness.known_at and instant(self.freshness.known_at),
            "positions": dict(self.freshness.positions),
            "freshness": self.freshness.as_json(),
            "rows": [_plain(row) for row in self.rows],
            "totals": _plain(self.totals),
            "left_out": [{"n": left.n, "why": left.why.told(language), "code": left.code} for left in self.left_out],
        }

    def as_csv(self) -> str:
        """The rows with the names of the JSON document; what they mean does not fit and goes elsewhere."""
        out = io.StringIO()
        writer = csv.DictWriter(
            out, [column.name for column in self.columns], extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(_plain(row) for row in self.rows)
        return out.getvalue()


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`; fractions only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(row: Row) -> Row:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value
