"""From rows in PostgreSQL to a number with its definition: comes in an `Ask`, goes out a `Document`.

One file per report: what it asks of the tables, and nothing else. How a document looks as JSON, CSV or in a terminal is
in `document` and `table`; what a metric means is data in `metrics`; the state as at an earlier instant is made in
`as_of`. Adding a report: one file with a function `(Session, Ask) -> Document`, and one line in `REPORTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linli.reports import accountability, counts, response_times
from linli.reports.ask import Ask
from linli.reports.document import Document
from linli.reports.session import Session

Report = Callable[[Session, Ask], Document]

REPORTS: Mapping[str, Report] = {
    "counts": counts.report,
    "response-times": response_times.report,
    "accountability": accountability.report,
}
