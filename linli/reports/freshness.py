"""How much of the log the rows know: positions, when the newest applied record was appended, how much is still to
come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from linli.reports.metrics import Text
from linli.reports.session import Session

Positions = Mapping[str, int]
"""`<topic>/<partition>` → next offset to be applied."""

ROLE = "project"
"""The role whose positions say what the rows know."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """`known_at`: append time of the newest record that the rows know. `lag`: records not applied yet, None: can't be
    told.
    """

    positions: Positions = field(default_factory=dict)
    known_at: datetime | None = None
    lag: int | None = None

    def as_json(self) -> dict[str, Any]:
        """{"newest_applied_at", "lag_records", "state": current | behind | unknown | empty}."""
        at = self.known_at.isoformat().replace("+00:00", "Z") if self.known_at else None
        return {"newest_applied_at": at, "lag_records": self.lag, "state": self.state}

    @property
    def state(self) -> str:
        """One word: nothing applied yet; the log's end not known; all applied; records to come."""
        if not any(self.positions.values()):
            return "empty"
        if self.lag is None:
            return "unknown"
        return "behind" if self.lag else "current"

    def against(self, ends: Positions | None) -> Freshness:
        """With the lag behind the ends of the log; None: Kafka does not answer."""
        if ends is None:
            return self
        return replace(self, lag=sum(max(0, end - self.positions.get(name, 0)) for name, end in ends.items()))

    def told(self) -> Text:
        """The state in words."""
        applied = sum(self.positions.values())
        if self.state == "empty":
            return Text(
                "nothing has been applied yet: `linli work` applies what the log holds",
                "尚未应用任何记录：请运行 linli work",
            )
        at = f"{self.known_at:%Y-%m-%d %H:%M:%S} UTC" if self.known_at else ""
        newest = Text(f", the newest appended {at}", f"，最新写入{at}") if at else Text("", "")
        lag = {
            "unknown": Text("the log's end can't be asked now", "暂无法查询日志末端"),
            "current": Text("nothing waits in the log", "日志无积压"),
            "behind": Text(f"{self.lag or 0:,} records still wait", f"尚有{self.lag or 0:,}条待处理"),
        }[self.state]
        return Text(
            f"{applied:,} records applied{newest.en}; {lag.en}", f"已应用{applied:,}条记录{newest.zh}；{lag.zh}"
        )


_POSITIONS = """
SELECT topic, partition, next, (to_jsonb(p) ->> 'appended_at')::timestamptz AS appended_at
FROM positions p WHERE role = %(role)s ORDER BY topic COLLATE "C", partition"""


def freshness(session: Session) -> Freshness:
    """What the rows of this very snapshot know."""
    rows = session.rows(_POSITIONS, role=ROLE)
    appended = [row["appended_at"] for row in rows if row["appended_at"] is not None]
    return Freshness({f"{row['topic']}/{row['partition']}": row["next"] for row in rows}, max(appended, default=None))
