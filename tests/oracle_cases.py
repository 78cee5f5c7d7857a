"""Of the oracle: one case, read from its first fact to its last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.oracle_facts import Event, Life

Value = TypeVar("Value")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENDINGS = {
    "ComplaintClosed": "closed",
    "ComplaintAnsweredDirectly": "closed",
    "ComplaintVoided": "voided",
    "ComplaintWithdrawn": "voided",
    "ComplaintRefused": "voided",
}
STEPS = {
    "ComplaintVerified": "verified",
    "ComplaintEstablished": "established",
    "ComplaintReopened": "reopened",
    "ComplaintReworked": "reworked",
    "ComplaintDispatched": "dispatched",
    "ComplaintSignedFor": "signed",
    "ComplaintReturnDecided": "returned",
    "ComplaintSuspensionDecided": "suspended",
    "ComplaintResumed": "resumed",
    "ComplaintCoordinatedOnline": "coordinated",
    "ComplaintMediated": "mediated",
    "ComplaintHandled": "handled",
    "ComplaintChecked": "checked",
    "ComplaintFollowedUp": "followed_up",
    "ComplaintAnsweredDirectly": "answered",
    "ComplaintRefused": "refused",
    "ComplaintWithdrawn": "withdrawn",
    "ComplaintVoided": "voided",
    "ComplaintClosed": "closed",
}


@dataclass
class Dispatch:
    """A dispatch as one reads on."""

    dispatch_id: str
    mentioned: int
    created: int | None = None
    stated: int | None = None
    implicit: bool = False
    signed: int | None = None
    returned: int | None = None
    handled: int | None = None
    moves: list[tuple[str, Event]] = field(default_factory=list)


class Case:
    """One case, read from its first fact to its last."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.names = [event_type.name for event_type, _ in life.facts]
        self.events = [event for _, event in life.facts]
        filings = [i for i, name in enumerate(self.names) if name == "ComplaintFiled"]
        self.filed = filings[0] if filings else None
        self.told: Event = self.events[filings[-1]] if filings else defaultdict(lambda: None)
        self.implied = self.told["party_id"] is not None and "ComplaintDispatched" not in self.names
        self.dispatches: dict[str, Dispatch] = {}
        self.moves: list[tuple[str, Event]] = []
        self.zone, self.zone_unknown = _zone(self.told["time_zone"])
        self.status, self.stage = "open", "filed"
        self.ended: int | None = None
        self.round: list[int] = []
        self._read()

    def _read(self) -> None:
        latest: Dispatch | None = None
        for i, (name, event) in enumerate(zip(self.names, self.events, strict=True)):
            if i == self.filed and self.implied:
                latest = self._dispatch("filed", i)
                latest.created, latest.stated, latest.implicit = i, i, True
            concerned = latest
            if event.get("dispatch_id") is not None:
                concerned = self._dispatch(event["dispatch_id"], i)
            if name == "ComplaintDispatched":
                assert concerned is not None
                latest = concerned
                latest.created = i if latest.created is None else latest.created
                latest.stated, latest.returned = i, None
            self._step(i, name, event, concerned if "dispatch_id" in event else None)
            self._state(i, name, event)

    def _dispatch(self, dispatch_id: str, i: int) -> Dispatch:
        return self.dispatches.setdefault(dispatch_id, Dispatch(dispatch_id, i))

    def _step(self, i: int, name: str, event: Event, dispatch: Dispatch | None) -> None:
        moves = dispatch.moves if dispatch else self.moves
        moves.append((name, event))
        if dispatch is None:
            return
        if name == "ComplaintSignedFor" and dispatch.signed is None:
            dispatch.signed = i
        elif name == "ComplaintReturnDecided" and event["granted"] and dispatch.returned is None:
            dispatch.returned = i
        elif name == "ComplaintHandled":
            dispatch.handled = i
        elif name == "ComplaintReworked":
            dispatch.handled = None

    def _state(self, i: int, name: str, event: Event) -> None:
        if name in STEPS and event.get("granted", True):
            self.stage = STEPS[name]
        self.round.append(i)
        if name in ENDINGS:
            self.status, self.ended = ENDINGS[name], i
            if event.get("disposition") == "referred":
                self.status = "referred"
        elif name in ("ComplaintReopened", "ComplaintReworked"):
            self.status, self.ended, self.round = "open", None, []

    # what the rows ask

    def at(self, i: int | None) -> int | None:
        if i is None:
            return None
        occurred_at: int = self.events[i]["occurred_at"]
        return occurred_at

    def day(self, micros: int | None, hours: int = 0) -> int | None:
        if micros is None:
            return None
        local = (EPOCH + timedelta(microseconds=micros)).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return ((local + timedelta(hours=hours)).date() - EPOCH.date()).days

    def seconds(self, begin: int | None, end: int | None) -> int | None:
        if begin is None or end is None:
            return None
        if self.events[begin]["occurred_at_basis"] is not None or self.events[end]["occurred_at_basis"] is not None:
            return None
        micros: int = self.events[end]["occurred_at"] - self.events[begin]["occurred_at"]
        return micros // 1_000_000

    def number(self, name: str) -> int:
        return sum(n == name and e.get("granted", True) for n, e in zip(self.names, self.events, strict=True))

    def last_of(self, column: str, names: Sequence[str], upto: int | None = None, *, null: bool = False) -> Any:
        """The last value stated by facts of these names, up to a fact; else the first one after it."""
        stated = [
            (i, event[column])
            for i, (name, event) in enumerate(zip(self.names, self.events, strict=True))
            if (name in names or not names) and column in event and (null or event[column] is not None)
        ]
        before = [value for i, value in stated if upto is None or i <= upto]
        return (before[-1] if before else stated[0][1]) if stated else None

    def in_round(self, name: str) -> list[int]:
        return [i for i in self.round if self.names[i] == name]

    @property
    def handled(self) -> int | None:
        return _last(self.in_round("ComplaintHandled"))

    @property
    def followed_up(self) -> int | None:
        asked = self.in_round("ComplaintFollowedUp")
        handled = self.handled
        after = [i for i in asked if handled is None or i > handled]
        return after[0] if after else _last(asked)

    @property
    def satisfaction(self) -> Any:
        told = [self.events[i]["satisfaction"] for i in self.in_round("ComplaintFollowedUp")]
        return _last([value for value in told if value is not None])

    @property
    def own_due(self) -> int | None:
        return _moved(self.told["due_at"], self.moves)

    def due(self, dispatch: Dispatch) -> int | None:
        if dispatch.implicit:
            return _moved(self.own_due, dispatch.moves)
        stated = None if dispatch.stated is None else self.events[dispatch.stated]["due_at"]
        if stated is None and self.lead(dispatch):
            stated = self.own_due
        return _moved(stated, dispatch.moves)

    def lead(self, dispatch: Dispatch) -> bool:
        if dispatch.stated is None:
            return False
        return dispatch.implicit or self.events[dispatch.stated]["role"] in (None, "lead")

    def party(self, dispatch: Dispatch) -> Any:
        if dispatch.implicit:
            return self.told["party_id"]
        return None if dispatch.stated is None else self.events[dispatch.stated]["to_party_id"]

    @property
    def current(self) -> Dispatch | None:
        leads = [one for one in self.dispatches.values() if self.lead(one) and one.returned is None]
        return max(leads, key=lambda one: one.stated or 0, default=None)

    @property
    def finished(self) -> int | None:
        return {"closed": self.ended, "open": self.handled}.get(self.status)

    @property
    def duplicate_of(self) -> str | None:
        of = None
        for name, event in zip(self.names, self.events, strict=True):
            if name == "ComplaintDuplicateLinked":
                of = event["duplicate_of"]
            elif name == "ComplaintDuplicateUnlinked" and event["duplicate_of"] == of:
                of = None
        return of

    def row(self) -> dict[str, Any]:
        current, leads = self.current, [one for one in self.dispatches.values() if self.lead(one)]
        due = (self.due(current) if current else None) or self.own_due
        dispatched = (self.names.index("ComplaintDispatched")) if "ComplaintDispatched" in self.names else None
        party = self.party(current) if current else None
        filed = ("ComplaintFiled",)
        return {
            "case_id": self.life.key,
            "source": self.events[self.filed or 0]["source"],
            "time_zone": self.zone,
            "status": self.status,
            "sub_status": self.last_of("sub_status", ()),
            "stage": self.stage,
            "category": self.last_of("category", (*filed, "ComplaintReclassified")),
            "request_type": self.last_of("request_type", (*filed, "ComplaintReclassified")),
            "urgency": self.told["urgency"],
            "channel": self.told["channel"],
            "place_id": self.last_of("place_id", (*filed, "ComplaintRelocated"), null=True),
            "party_id": party if leads else self.told["party_id"],
            "duplicate_of": self.duplicate_of,
            "filed_at": self.at(self.filed),
            "filed_day": self.day(self.at(self.filed)),
            "noon_day": self.day(self.at(self.filed), 12),
            "due_at": due,
            "deadline_basis": None if due is None else "source",
            "dispatched_at": self.at(dispatched),
            "handled_at": self.at(self.handled),
            "followed_up_at": self.at(self.followed_up),
            "closed_at": self.at(self.ended),
            "closed_day": self.day(self.at(self.ended)),
            "finished_at": self.at(self.finished),
            "finished_day": self.day(self.at(self.finished)),
            "closed_basis": None if self.ended is None else self.events[self.ended]["occurred_at_basis"],
            "rounds": 1 + self.number("ComplaintReopened"),
            "returns": self.number("ComplaintReturnDecided"),
            "urges": self.number("ComplaintUrged"),
            "escalations": self.number("ComplaintEscalated"),
            "satisfaction": self.satisfaction,
            "filed_to_closed_seconds": self.seconds(self.filed, self.ended if self.status == "closed" else None),
            "filed_to_dispatched_seconds": self.seconds(self.filed, dispatched),
            "handled_to_followed_up_seconds": self.seconds(self.handled, self.followed_up),
            "tags": ",".join(sorted(set(self.told["tags"] or ()))) or None,
        }

    def dispatch_rows(self) -> list[dict[str, Any]]:
        mentioned = sorted(self.dispatches.values(), key=lambda one: one.mentioned)
        return [self._dispatch_row(seq, one) for seq, one in enumerate(mentioned, start=1)]

    def _dispatch_row(self, seq: int, one: Dispatch) -> dict[str, Any]:
        begin = one.mentioned if one.created is None else one.created
        stated: Event = defaultdict(lambda: None) if one.stated is None or one.implicit else self.events[one.stated]
        handled = None if one.returned is not None else one.handled
        state = {"closed": "closed" if one.implicit else "open", "open": "open"}.get(self.status, "voided")
        if handled is not None and self.status != "voided":
            state = "handled"
        if one.returned is not None:
            state = "returned"
        ended = self.ended if self.status == "closed" else None
        finished = {"handled": handled, "closed": ended, "open": ended}.get(state)
        dispatched = None if one.implicit else one.created
        return {
            "case_id": self.life.key,
            "dispatch_id": one.dispatch_id,
            "source": self.events[self.filed or 0]["source"],
            "time_zone": self.zone,
            "seq": seq,
            "party_id": self.party(one),
            "from_party_id": stated["from_party_id"],
            "level": stated["level"],
            "role": "lead" if self.lead(one) else stated["role"],
            "category": self.last_of("category", ("ComplaintFiled", "ComplaintReclassified"), begin),
            "place_id": self.last_of("place_id", ("ComplaintFiled", "ComplaintRelocated"), begin, null=True),
            "filed_at": self.at(self.filed),
            "filed_day": self.day(self.at(self.filed)),
            "dispatched_at": self.at(dispatched),
            "dispatched_day": self.day(self.at(dispatched)),
            "signed_at": self.at(one.signed),
            "returned_at": self.at(one.returned),
            "handled_at": self.at(handled),
            "due_at": self.due(one),
            "finished_at": self.at(finished),
            "finished_day": self.day(self.at(finished)),
            "state": state,
            "dispatched_to_signed_seconds": self.seconds(dispatched, one.signed),
            "dispatched_to_handled_seconds": self.seconds(dispatched, handled),
        }

    def irregularities(self) -> Iterable[tuple[str, str, int]]:  # noqa: C901  one kind after the other
        if self.filed is None:
            yield "no_founding_fact", "", self.events[0]["occurred_at"]
        if self.zone_unknown:
            yield "time_zone_unknown", self.told["time_zone"], self.told["occurred_at"]
        for name, event in zip(self.names, self.events, strict=True):
            if event["occurred_at_basis"] == "substituted":
                yield "time_substituted", name, event["occurred_at"]
        for one in self.dispatches.values():
            if one.created is None:
                yield "dispatch_not_created", one.dispatch_id, self.events[one.mentioned]["occurred_at"]
        row = self.row()
        ends = (("filed_to_closed", "closed_at"), ("filed_to_dispatched", "dispatched_at"))
        for stage, end in (*ends, ("handled_to_followed_up", "followed_up_at")):
            if (row[f"{stage}_seconds"] or 0) < 0:
                yield "negative_duration", stage, row[end]
        for row in self.dispatch_rows():
            for stage, end in (("dispatched_to_signed", "signed_at"), ("dispatched_to_handled", "handled_at")):
                if (row[f"{stage}_seconds"] or 0) < 0:
                    yield "negative_duration", f"{stage}:{row['dispatch_id']}", row[end]


def _last(values: Sequence[Value]) -> Value | None:
    return values[-1] if values else None


def _zone(name: str | None) -> tuple[str, bool]:
    try:
        return (name, False) if name and ZoneInfo(name) else ("Asia/Shanghai", False)
    except (ZoneInfoNotFoundError, ValueError):
        return "Asia/Shanghai", True


def _moved(due: int | None, moves: Iterable[tuple[str, Event]]) -> int | None:
    since = None
    for name, event in moves:
        at = event["occurred_at"]
        if name == "ComplaintExtensionDecided" and event["granted"] and event["due_at"] is not None:
            due = event["due_at"]
        elif name == "ComplaintSuspensionDecided" and event["granted"]:
            since = at if since is None else since
        elif name in ("ComplaintResumed", "ComplaintHandled") and since is not None:
            due = None if due is None else due + at - since
            since = None
    return due
