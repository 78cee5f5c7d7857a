"""Hazards 隐患: what was found where, when it was cleared, and how long that took."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import Ints, Lives, instants, lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import local_days, occasion_rows
from schemas.catalogue import HAZARDS as FAMILY

_ATTRIBUTES: Final = (
    "source", "kind", "severity", "place_id", "party_id", "found_by", "team_id", "visit_id", "case_id", "lon", "lat",
    "crs", "due_at",
)  # fmt: skip

HAZARDS_TABLE: Final = Table(
    "hazards",
    ("hazard_id",),
    (
        Column("hazard_id", pl.String, "The hazard.", "隐患编号"),
        Column("source", pl.String, "The feed that states it.", "数据来源"),
        Column("kind", pl.String, "fire, electricity, gas, structure, lift, flying_wire, clutter…", "隐患类型"),
        Column("severity", pl.String, "general or major.", "隐患等级"),
        Column("place_id", pl.String, "Where it is; null: unlocated.", "地点"),
        Column("party_id", pl.String, "Who is to clear it.", "整改责任单位"),
        Column("found_by", pl.String, "Party or person who found it.", "发现人"),
        Column("team_id", pl.String, "service_id of the team that found it.", "排查队伍"),
        Column("visit_id", pl.String, "The inspection during which it was found.", "排查走访编号"),
        Column("case_id", pl.String, "The case that it became.", "工单编号"),
        Column("lon", pl.Float64, "Longitude in degrees, in crs.", "经度"),
        Column("lat", pl.Float64, "Latitude in degrees, in crs.", "纬度"),
        Column("crs", pl.String, "WGS-84, GCJ-02 or BD-09.", "坐标系"),
        Column("time_zone", pl.String, "IANA zone in which its days are cut.", "时区"),
        Column("found_at", TIMESTAMP, "When it was found; of several statements the earliest.", "发现时间"),
        Column("found_day", pl.Date, "Local day of that.", "发现日"),
        Column("due_at", TIMESTAMP, "Deadline for clearing it.", "整改期限"),
        Column("cleared_at", TIMESTAMP, "First clearing after it was found; null: not cleared.", "消除时间"),
        Column("cleared_day", pl.Date, "Local day of that.", "消除日"),
        Column("cleared_by", pl.String, "Party or person who cleared it.", "整改人"),
        Column("checked_by", pl.String, "Party or person who checked that.", "复查人"),
        Column("outcome", pl.String, "cleared, controlled or no_hazard, as the clearing states.", "整改结果"),
        Column("seconds_to_clear", pl.Int64, "Finding to clearing, where both times are stated.", "消除用时（秒）"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per hazard found, as last stated, with the first clearing 消除 after the first finding."""
    lives = lives_of(facts)
    if not lives.count:
        return HAZARDS_TABLE.frame()
    told = occasion_rows(lives, lives.of("HazardFound"), HAZARDS_TABLE, _ATTRIBUTES)
    hazards = told["entity"].to_numpy()
    found, cleared = (positions[hazards] for positions in _found_and_cleared(lives))
    found_at, cleared_at = lives.when(found), lives.when(cleared)
    times = {
        "found_at": instants(found_at),
        "found_day": local_days(told["time_zone"], found_at),
        "cleared_at": instants(cleared_at),
        "cleared_day": local_days(told["time_zone"], cleared_at),
        **{name: lives.value(name, cleared) for name in ("cleared_by", "checked_by", "outcome")},
        "seconds_to_clear": lives.seconds(found, cleared),
    }
    return HAZARDS_TABLE.frame({**told.to_dict(), **times})


def _found_and_cleared(lives: Lives) -> tuple[Ints, Ints]:
    """For each entity (its first finding, the first clearing after that)."""
    found = lives.first(lives.of("HazardFound"))
    cleared = lives.of("HazardCleared")
    begun = found[lives.entity[cleared]]
    return found, lives.first(cleared[(begun >= 0) & (cleared > begun)])


HAZARDS: Final = Projection("hazards", 1, FAMILY, HAZARDS_TABLE, rows)
