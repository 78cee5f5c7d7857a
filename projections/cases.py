"""Cases 工单（案件）: where each stands, who handles it now, when it was filed, handled and closed, and how long that
took.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from projections.course import CLOSED, Course, course, finished
from projections.handling import Handling, handling
from projections.lives import NEVER, NONE, Lives, chosen, instants, lives_of
from projections.local_days import days, wall_clocks
from projections.model import TIMESTAMP, Column, Projection, Table
from schemas.catalogue import COMPLAINTS

STAGES: Final = {
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
"""Step → the stage that it leaves the case in (decisions: where granted); before any of them: filed."""
DECISIONS: Final = ("ComplaintReturnDecided", "ComplaintSuspensionDecided")

CASES_TABLE: Final = Table(
    "cases",
    ("case_id",),
    (
        Column("case_id", pl.String, "The case.", "工单编号"),
        Column("source", pl.String, "The feed that filed it.", "数据来源"),
        Column("time_zone", pl.String, "IANA zone in which its days are cut.", "时区"),
        Column("status", pl.String, "open, closed, voided or referred (passed on to a body outside).", "状态"),
        Column("sub_status", pl.String, "The source's own word for its state.", "来源状态"),
        Column("stage", pl.String, "The last step that was taken: filed, dispatched, signed, handled…", "环节"),
        Column("category", pl.String, "Category, after reclassification.", "事项类别"),
        Column("request_type", pl.String, "Consultation, help, complaint…: code of the source.", "诉求类型"),
        Column("urgency", pl.String, "Code of the source's urgency list.", "紧急程度"),
        Column("channel", pl.String, "Way in which it reached the city.", "受理渠道"),
        Column("place_id", pl.String, "Place, after relocation; null: unlocated.", "地点"),
        Column("party_id", pl.String, "Unit that handles it now.", "承办单位"),
        Column("duplicate_of", pl.String, "The case that stands for both.", "主工单"),
        Column("filed_at", TIMESTAMP, "When it was filed; null: no founding fact.", "受理时间"),
        Column("filed_day", pl.Date, "Local day of filing.", "受理日"),
        Column("noon_day", pl.Date, "Noon-to-noon day of filing, labelled by the day it ends.", "受理日（12时至12时）"),
        Column("due_at", TIMESTAMP, "Deadline in force.", "办结期限"),
        Column("deadline_basis", pl.String, "source: stated by the source; null: none.", "期限依据"),
        Column("dispatched_at", TIMESTAMP, "First dispatch.", "首次派单时间"),
        Column("handled_at", TIMESTAMP, "Last handling of the current round.", "办理反馈时间"),
        Column("followed_up_at", TIMESTAMP, "First follow-up after that.", "回访时间"),
        Column("closed_at", TIMESTAMP, "When it ended: closed, voided or referred.", "结案时间"),
        Column("closed_day", pl.Date, "Local day of that.", "结案日"),
        Column("finished_at", TIMESTAMP, "Closed; while open, handled.", "办结时间"),
        Column("finished_day", pl.Date, "Local day of that.", "办结日"),
        Column("closed_basis", pl.String, "null: time stated; substituted or assumed.", "结案时间依据"),
        Column("rounds", pl.Int32, "1, and 1 for each time it was reopened.", "办理轮次"),
        Column("returns", pl.Int32, "Returns that were granted.", "退单次数"),
        Column("urges", pl.Int32, "Times the unit was urged on.", "催办次数"),
        Column("escalations", pl.Int32, "Times it was raised to another level.", "升级次数"),
        Column("satisfaction", pl.String, "Last stated in the current round.", "满意度"),
        Column(
            "filed_to_closed_seconds",
            pl.Int64,
            "Filing to closing, of closed cases with stated times.",
            "受理至结案秒数",
        ),
        Column("filed_to_dispatched_seconds", pl.Int64, "Filing to first dispatch.", "受理至派单秒数"),
        Column("handled_to_followed_up_seconds", pl.Int64, "Handling to follow-up.", "办理至回访秒数"),
        Column("tags", pl.String, "Marks such as 急难愁盼, sorted, joined by commas; null: none.", "标签"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per case, of those about which anything but annulments is stated."""
    return cases(lives_of(facts))


@lru_cache(maxsize=1)
def cases(lives: Lives) -> pl.DataFrame:
    """The rows of the table `cases`, in key order."""
    if not lives.count:
        return CASES_TABLE.frame()
    told = course(lives)
    held = handling(lives)
    return CASES_TABLE.frame(
        {**_attributes(lives, told), **_standing(lives, told, held), **_times(lives, told), **_counts(lives)}
    )


def _attributes(lives: Lives, told: Course) -> dict[str, pl.Series]:
    source = np.where(told.filed >= 0, told.filed, lives.starts)
    return {
        "case_id": lives.keys,
        "source": lives.value("source", source),
        "time_zone": told.zones,
        "category": _last_stated(lives, "category", "ComplaintFiled", "ComplaintReclassified"),
        "request_type": _last_stated(lives, "request_type", "ComplaintFiled", "ComplaintReclassified"),
        "urgency": lives.value("urgency", told.told),
        "channel": lives.value("channel", told.told),
        "place_id": lives.value("place_id", lives.last(lives.of("ComplaintFiled", "ComplaintRelocated"))),
        "duplicate_of": _duplicate_of(lives),
        "tags": _tags(lives.value("tags", told.told)),
    }


def _standing(lives: Lives, told: Course, held: Handling) -> dict[str, pl.Series]:
    return {
        "status": told.status_names,
        "sub_status": _last_stated(lives, "sub_status"),
        "stage": _stage(lives),
        "party_id": held.case_party,
        "due_at": instants(held.case_due),
        "deadline_basis": chosen((None, "source"), held.case_due != NEVER),
        "closed_basis": lives.value("occurred_at_basis", told.ended),
        "satisfaction": lives.value("satisfaction", told.asked),
    }


def _times(lives: Lives, told: Course) -> dict[str, pl.Series]:
    filed_at, closed_at = lives.when(told.filed), lives.when(told.ended)
    finished_at = finished(lives, told)
    filed, ended, done = wall_clocks(told.zones, filed_at, closed_at, finished_at)
    dispatched = lives.first(lives.of("ComplaintDispatched"))
    closed = np.where(told.status == CLOSED, told.ended, NONE)
    return {
        "filed_at": instants(filed_at),
        "filed_day": days(filed),
        "noon_day": days(filed, hours_later=12),
        "dispatched_at": instants(lives.when(dispatched)),
        "handled_at": instants(lives.when(told.handled)),
        "followed_up_at": instants(lives.when(told.followed_up)),
        "closed_at": instants(closed_at),
        "closed_day": days(ended),
        "finished_at": instants(finished_at),
        "finished_day": days(done),
        "filed_to_closed_seconds": lives.seconds(told.filed, closed),
        "filed_to_dispatched_seconds": lives.seconds(told.filed, dispatched),
        "handled_to_followed_up_seconds": lives.seconds(told.handled, told.followed_up),
    }


def _counts(lives: Lives) -> dict[str, pl.Series]:
    return {
        "rounds": lives.number(lives.of("ComplaintReopened")) + 1,
        "returns": lives.number(lives.granted("ComplaintReturnDecided")),
        "urges": lives.number(lives.of("ComplaintUrged")),
        "escalations": lives.number(lives.of("ComplaintEscalated")),
    }


def _last_stated(lives: Lives, name: str, *types: str) -> pl.Series:
    """The last value that any fact, or any fact of these types, states."""
    stated = lives.has(name)
    positions = lives.of(*types)[stated[lives.of(*types)]] if types else np.flatnonzero(stated)
    return lives.value(name, lives.last(positions))


def _stage(lives: Lives) -> pl.Series:
    steps = [
        lives.of(*(name for name in STAGES if name not in DECISIONS)),
        *(lives.granted(name) for name in DECISIONS),
    ]
    return lives.word(lives.last(np.sort(np.concatenate(steps))), STAGES, "filed")


def _duplicate_of(lives: Lives) -> pl.Series:
    """The last link that no later unlinking takes back."""
    linked = lives.last(lives.of("ComplaintDuplicateLinked"))
    of = lives.value("duplicate_of", linked)
    unlinked = lives.of("ComplaintDuplicateUnlinked")
    if not len(unlinked):
        return of
    entity = lives.entity[unlinked]
    same = (lives.value("duplicate_of", unlinked) == of.gather(entity)).fill_null(value=False).to_numpy()
    taken_back = np.zeros(lives.count, np.bool_)
    taken_back[entity[same & (unlinked > linked[entity])]] = True
    return of.set(pl.Series(taken_back), None)


def _tags(lists: pl.Series) -> pl.Series:
    lengths = lists.list.len()
    if not lengths.max():
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(lists))
    tagged = (lengths > 0).fill_null(value=False)
    joined = lists.filter(tagged).list.unique().list.sort().list.join(",")
    return joined.gather(pl.Series(np.cumsum(tagged) - 1).set(~tagged, None))


CASES: Final = Projection("cases", 1, COMPLAINTS, CASES_TABLE, rows)
