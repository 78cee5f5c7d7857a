"""Services rendered 服务完成: who helped whom with what, and how long it took from the request."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import AGE_GROUP, AT, BENEFICIARIES, DAY, NATURE, PLACE, SERVICE, SOURCE, TEAM, TIME_ZONE
from projections.lives import lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import occasion_rows, whole_seconds
from schemas.catalogue import SERVICES as FAMILY

_ATTRIBUTES: Final = (
    "source", "kind", "requested_at", "channel", "urgency", "rendered_by", "party_id", "team_id", "activity_id", "case_id",
    "place_id", "household_id", "person_id", "beneficiaries", "age_group", "nature", "outcome", "satisfaction",
    "occurred_at_basis",
)  # fmt: skip

SERVICES_RENDERED_TABLE: Final = Table(
    "services_rendered",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        TIME_ZONE,
        Column("kind", pl.String, "water_repair, power_repair, festival_greeting, errand…", "服务类型"),
        Column("requested_at", TIMESTAMP, "When it was asked for; null: nobody asked.", "请求时间"),
        AT,
        DAY,
        Column(
            "seconds_to_render", pl.Int64, "From request to done; null unless both times are stated.", "完成用时（秒）"
        ),
        Column("channel", pl.String, "Way in which it was asked for.", "受理渠道"),
        Column("urgency", pl.String, "Urgency, code of the source.", "紧急程度"),
        Column("rendered_by", pl.String, "Party or person who did it.", "服务人"),
        Column("party_id", pl.String, "Body that gave it.", "服务单位"),
        TEAM,
        Column("activity_id", pl.String, "service_id of the activity at which it was given.", "所属活动"),
        Column("case_id", pl.String, "The case that it answers.", "工单编号"),
        PLACE,
        Column("household_id", pl.String, "Pseudonym of the household served.", "服务户（化名）"),
        Column("person_id", pl.String, "Pseudonym of the person served.", "服务对象（化名）"),
        BENEFICIARIES,
        AGE_GROUP,
        NATURE,
        Column("outcome", pl.String, "Code of the outcome.", "服务结果"),
        Column("satisfaction", pl.String, "satisfied, fairly_satisfied or dissatisfied.", "满意度"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per service, as last stated."""
    lives = lives_of(facts)
    if not lives.count:
        return SERVICES_RENDERED_TABLE.frame()
    told = occasion_rows(lives, lives.of("ServiceRendered"), SERVICES_RENDERED_TABLE, _ATTRIBUTES)
    taken = pl.when(pl.col("occurred_at_basis").is_null()).then(whole_seconds("requested_at", "at"))
    return SERVICES_RENDERED_TABLE.frame(told.with_columns(taken.alias("seconds_to_render")).to_dict())


SERVICES_RENDERED: Final = Projection("services_rendered", 1, FAMILY, SERVICES_RENDERED_TABLE, rows)
