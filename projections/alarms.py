"""Alarms 报警: raised by which device, where, how severe; cleared after how long, and by which case."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import POSITION, SOURCE, TIME_ZONE
from projections.lives import instants, lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import local_days, occasion_rows
from schemas.catalogue import ALARMS as FAMILY

_RAISED: Final = (
    "source", "device_id", "device_kind", "kind", "severity", "value", "unit", "place_id", "lon", "lat", "crs",
)  # fmt: skip
_CLEARED: Final = ("cleared_by", "outcome", "case_id")

ALARMS_TABLE: Final = Table(
    "alarms",
    ("alarm_id",),
    (
        Column("alarm_id", pl.String, "The alarm.", "报警编号"),
        SOURCE,
        TIME_ZONE,
        Column("device_id", pl.String, "The device.", "设备编号"),
        Column("device_kind", pl.String, "Kind of device, code of the source.", "设备类型"),
        Column("kind", pl.String, "smoke, gas_leak, water_level, lift_stopped, tilt…", "报警类型"),
        Column("severity", pl.String, "Severity, code of the source.", "报警等级"),
        Column("value", pl.Float64, "Value measured when raised, in unit.", "测量值"),
        Column("unit", pl.String, "Unit, such as °C.", "单位"),
        Column("place_id", pl.String, "Where; null: unlocated.", "地点"),
        *POSITION,
        Column("raised_at", TIMESTAMP, "When it was raised.", "报警时间"),
        Column("raised_day", pl.Date, "Local day of raised_at.", "报警日"),
        Column("cleared_at", TIMESTAMP, "When it was first cleared; null: not yet.", "解除时间"),
        Column("cleared_day", pl.Date, "Local day of cleared_at.", "解除日"),
        Column(
            "seconds_to_clear", pl.Int64, "From raised to cleared; null unless both times are stated.", "解除用时（秒）"
        ),
        Column("cleared_by", pl.String, "Party or person who cleared it; null: by itself.", "解除人"),
        Column("outcome", pl.String, "restored, handled, false_alarm, test.", "处置结果"),
        Column("case_id", pl.String, "The case by which it was dealt with.", "工单编号"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per alarm that was raised, as last stated; of several clearings 解除 the first counts."""
    lives = lives_of(facts)
    if not lives.count:
        return ALARMS_TABLE.frame()
    raised, cleared = lives.last(lives.of("AlarmRaised")), lives.first(lives.of("AlarmCleared"))
    there = raised >= 0
    told = occasion_rows(lives, lives.of("AlarmRaised"), ALARMS_TABLE, _RAISED)
    cleared_at = lives.when(cleared)[there]
    columns = {
        **told.rename({"at": "raised_at", "day": "raised_day"}).to_dict(),
        "cleared_at": instants(cleared_at),
        "cleared_day": local_days(told["time_zone"], cleared_at),
        "seconds_to_clear": lives.seconds(raised, cleared).filter(pl.Series(there)),
        **{name: lives.value(name, cleared[there]) for name in _CLEARED},
    }
    return ALARMS_TABLE.frame(columns)


ALARMS: Final = Projection("alarms", 1, FAMILY, ALARMS_TABLE, rows)
