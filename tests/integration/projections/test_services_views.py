"""What reporting consumers read of services, devices and alarms: sums, names, local times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from projections import PROJECTIONS
from projections.postgres import Session
from projections.tables import SessionTables
from schemas.catalogue import ALARMS, DEVICES, PARTIES, PLACES, SERVICES, Family
from tests.histories import Told
from tests.unit.projections.life import facts, told

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def written(session: Session, family: Family, history: Iterable[Told]) -> None:
    """The rows of these events into the tables."""
    derived = facts(*history, family=family).facts
    for projection in PROJECTIONS:
        if projection.family is family and (rows := projection.rows(derived)).height:
            SessionTables(session).write(projection.table, rows)


def served(name: str, entity: str, hours: float = 0, /, **values: Any) -> Told:
    return told(name, hours, SERVICES, service_id=entity, id=f"{name}-{entity}", **values)


def test_centres_and_what_is_used_in_them(session: Session) -> None:
    written(session, PLACES, [told("PlaceRegistered", 0, PLACES, place_id="p", name="甲社区")])
    written(session, PARTIES, [told("PartyRegistered", 0, PARTIES, party_id="o", name="运营公司")])
    centre = served(
        "CentreOpened", "c", name="邻里中心", place_id="p", floor_area_cm2=366_625_200, investment_cents=150
    )
    facility = served(
        "FacilityOpened",
        "f",
        centre_id="c",
        place_id="p",
        format="elderly_care",
        capacities=[{"unit": "beds", "value": 9}],
    )
    operator = served("OperatorAppointed", "c", party_id="o", lead=True, funding="market", valid_from=1)
    listed = served("ResourceListed", "r", quantity=9, quantity_in_use=2)
    unknown = served("ResourceListed", "u", quantity=9)
    used = served("ServiceUsed", "1", 8, facility_id="f", nature="public")
    written(session, SERVICES, [centre, facility, operator, listed, unknown, used])
    read = session.execute
    assert read("SELECT place, floor_area_m2, investment FROM reporting.centres") == [
        ("甲社区", Decimal("36662.52"), Decimal("1.5"))
    ]
    assert read("SELECT centre, format, unit, value FROM reporting.facility_capacities") == [
        ("邻里中心", "elderly_care", "beds", 9)
    ]
    assert read("SELECT name, runs, party, lead FROM reporting.operators") == [("邻里中心", "centre", "运营公司", True)]
    assert read("SELECT quantity_free FROM reporting.resources ORDER BY service_id") == [(7,), (None,)]
    assert read("SELECT centre, place, format, at_local, day, hour FROM reporting.service_uses") == [
        ("邻里中心", "甲社区", "elderly_care", datetime(2025, 10, 10, 0, 53, 20), date(2025, 10, 10), 0)  # noqa: DTZ001
    ]


def test_devices_stand_where_they_were_moved_last(session: Session) -> None:
    written(session, PLACES, [told("PlaceRegistered", 0, PLACES, place_id="p", name="乙小区")])
    registered = told("DeviceRegistered", 0, DEVICES, kind="smoke_detector", name="烟感")
    moved = told("DeviceMoved", 0, DEVICES, place_id="p", valid_from=10)
    written(session, DEVICES, [registered, moved])
    raised = told("AlarmRaised", 0, ALARMS, device_id="s:1", kind="smoke")
    written(session, ALARMS, [raised, told("AlarmCleared", 8, ALARMS)])
    read = session.execute
    assert read("SELECT name, place FROM reporting.devices") == [("烟感", "乙小区")]
    assert read("SELECT device, device_kind, raised_day, cleared_day, seconds_to_clear FROM reporting.alarms") == [
        ("烟感", "smoke_detector", date(2025, 10, 9), date(2025, 10, 10), 28_800)
    ]
