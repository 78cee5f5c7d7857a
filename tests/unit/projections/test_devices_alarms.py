"""Devices over local days, and alarms until they are cleared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from projections.validity import ALWAYS
from schemas.catalogue import ALARMS, DEVICES
from tests.unit.projections.life import at, rows, told

TENTH, TWENTIETH = 10, 20
REGISTERED = told("DeviceRegistered", 0, DEVICES, place_id="a", measures=[{"kind": "smoke", "unit": None}])
RAISED = told("AlarmRaised", 0, ALARMS, kind="smoke", device_id="iot:1", time_zone="Mars/Olympus")


def day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def stood(*history: Any) -> list[tuple[Any, ...]]:
    return [
        (row["valid_from"], row["place_id"], row["valid_to"]) for row in rows("device_places", *history, family=DEVICES)
    ]


def cleared(hours: float, **values: Any) -> Any:
    return told("AlarmCleared", hours, ALARMS, **values)


def test_a_device_stands_where_it_was_moved_until_it_is_retired() -> None:
    moved = told("DeviceMoved", 1, DEVICES, place_id="b", valid_from=TENTH)
    retired = told("DeviceRetired", 2, DEVICES, valid_to=TWENTIETH)
    assert stood(REGISTERED, moved, retired) == [(ALWAYS, "a", day(TENTH)), (day(TENTH), "b", day(TWENTIETH))]
    assert [row["valid_to"] for row in rows("devices", REGISTERED, retired, family=DEVICES)] == [day(TWENTIETH)]


def test_a_device_may_be_moved_to_where_nobody_knows() -> None:
    moved = told("DeviceMoved", 1, DEVICES, place_id=None, valid_from=TENTH)
    assert stood(moved, REGISTERED) == [(ALWAYS, "a", day(TENTH)), (day(TENTH), None, None)]


def test_a_device_that_nobody_registered_has_no_rows() -> None:
    moved = told("DeviceMoved", 1, DEVICES, place_id="b", valid_from=TENTH)
    assert stood(moved) == []
    assert rows("devices", moved, family=DEVICES) == []


def test_a_device_tells_what_it_measures() -> None:
    assert [row["kind"] for row in rows("device_measures", REGISTERED, family=DEVICES)] == ["smoke"]


def test_an_alarm_not_cleared_says_so() -> None:
    (row,) = rows("alarms", RAISED, family=ALARMS)
    assert (row["raised_at"], row["raised_day"], row["time_zone"]) == (at(0), date(2025, 10, 9), "Asia/Shanghai")
    assert [row[name] for name in ("cleared_at", "cleared_day", "seconds_to_clear", "case_id")] == [None] * 4


def test_an_alarm_is_over_when_it_is_first_cleared() -> None:
    history = (RAISED, cleared(9, outcome="test"), cleared(8, outcome="handled", case_id="h:1"))
    (row,) = rows("alarms", *history, family=ALARMS)
    assert (row["cleared_at"], row["cleared_day"], row["seconds_to_clear"]) == (at(8), date(2025, 10, 10), 8 * 3600)
    assert (row["outcome"], row["case_id"]) == ("handled", "h:1")


def test_only_stated_times_tell_how_long_it_took() -> None:
    (row,) = rows("alarms", RAISED, cleared(8, occurred_at_basis="substituted"), family=ALARMS)
    assert (row["cleared_at"], row["seconds_to_clear"]) == (at(8), None)


def test_a_clearing_alone_is_no_alarm() -> None:
    assert rows("alarms", cleared(8), family=ALARMS) == []
