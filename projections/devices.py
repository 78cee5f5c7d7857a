"""Devices 设备: what each is, who looks after it, what it measures, and where it stood over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import NUMBER, POSITION, SOURCE, VALID_FROM, VALID_TO
from projections.lives import Lives, lives_of
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from projections.validity import ALWAYS, earliest
from schemas.catalogue import DEVICES as FAMILY

_DEVICE: Final = Column("device_id", pl.String, "The device.", "设备编号")
_WHERE: Final = ("place_id", "lon", "lat", "crs")
_BEGINS: Final = ("device_id", "valid_from")

DEVICES_TABLE: Final = Table(
    "devices",
    ("device_id",),
    (
        _DEVICE,
        SOURCE,
        Column("kind", pl.String, "smoke_detector, gas_detector, water_level, camera, lift_monitor…", "设备类型"),
        Column("name", pl.String, "Name.", "名称"),
        Column("model", pl.String, "Model.", "型号"),
        Column("maker", pl.String, "Maker.", "生产厂家"),
        Column("party_id", pl.String, "Body that looks after it.", "维护单位"),
        Column("expected_every_seconds", pl.Int64, "It reports at least so often; null: no promise.", "上报周期（秒）"),
        VALID_FROM,
        VALID_TO,
    ),
)
DEVICE_PLACES_TABLE: Final = Table(
    "device_places",
    _BEGINS,
    (
        _DEVICE,
        Column("valid_from", pl.Date, "First local day; 0001-01-01: always.", "起始日"),
        Column("place_id", pl.String, "Where it stood; null: unlocated.", "安装地点"),
        *POSITION,
        VALID_TO,
    ),
)
DEVICE_MEASURES_TABLE: Final = Table(
    "device_measures",
    ("device_id", "number"),
    (
        _DEVICE,
        NUMBER,
        Column("kind", pl.String, "Code of what is measured.", "测量项目"),
        Column("unit", pl.String, "Unit, such as °C.", "单位"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per registered device, as last registered, until the earliest day on which it was retired 停用."""
    return register_rows(facts, DEVICES_TABLE, "DeviceRegistered", "DeviceRetired")


def places(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per registered device and period, half-open.

    A period begins with a registration or a move 移位 (of several from one day the last in entity order counts) and
    ends with the next one, or with the device.
    """
    lives = lives_of(facts)
    if not lives.count:
        return DEVICE_PLACES_TABLE.frame()
    begun = _stood(lives).unique(_BEGINS, keep="last", maintain_order=True).sort(_BEGINS)
    retired = earliest(lives, lives.of("DeviceRetired"), "valid_to")
    periods = begun.join(retired, on="entity", how="left").with_columns(
        pl.min_horizontal(pl.col("valid_from").shift(-1).over("device_id"), "earliest").alias("valid_to")
    )
    lasting = periods.filter(pl.col("valid_to").is_null() | (pl.col("valid_from") < pl.col("valid_to")))
    return DEVICE_PLACES_TABLE.frame(lasting.to_dict())


def measures(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per registered device and what it measures."""
    return entry_rows(facts, DEVICE_MEASURES_TABLE, "DeviceRegistered", "measures")


def _stood(lives: Lives) -> pl.DataFrame:
    """Where registered devices are stated to stand from which day, in entity order."""
    here = lives.of("DeviceRegistered", "DeviceMoved")
    here = here[(lives.first(lives.of("DeviceRegistered")) >= 0)[lives.entity[here]]]
    told = {name: lives.value(name, here) for name in _WHERE}
    since = lives.value("valid_from", here).fill_null(ALWAYS)
    return pl.DataFrame(
        {"device_id": lives.value("key", here), "entity": lives.entity[here], "valid_from": since, **told}
    )


DEVICES: Final = Projection("devices", 1, FAMILY, DEVICES_TABLE, rows)
DEVICE_PLACES: Final = Projection("device_places", 1, FAMILY, DEVICE_PLACES_TABLE, places)
DEVICE_MEASURES: Final = Projection("device_measures", 1, FAMILY, DEVICE_MEASURES_TABLE, measures)
