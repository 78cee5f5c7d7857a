"""Of the oracle: services, devices, alarms and rules, entity by entity in plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.catalogue import Family
from tests.oracle_facts import Event, Life, Told, lives

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_UNTIL = "valid_from valid_to"
_POINT = "lon lat crs"
_BASIS = "authority notice"
_SCOPE = f"place_id hierarchy {_BASIS} {_UNTIL}"
_CASES = "category request_type urgency"
_ADMINISTRATIVE = {"hierarchy": "administrative"}

REGISTERS: dict[str, tuple[str, str, str, Row]] = {
    "centres": (
        "CentreOpened",
        "ServiceEnded",
        f"name short_name sort_number place_id party_id floor_area_cm2 investment_cents {_POINT} {_UNTIL}",
        {},
    ),
    "facilities": (
        "FacilityOpened",
        "ServiceEnded",
        f"name centre_id place_id format kind floor_area_cm2 age_groups {_POINT} {_UNTIL}",
        {},
    ),
    "teams": ("TeamFormed", "ServiceEnded", f"kind name joint place_id leader_id head_count {_UNTIL}", {}),
    "boards": ("BoardInstalled", "ServiceEnded", f"kind place_id party_id {_POINT} {_UNTIL}", {}),
    "posts": ("PostEstablished", "ServiceEnded", f"kind name place_id party_id holder_id {_UNTIL}", {}),
    "resources": (
        "ResourceListed",
        "ServiceEnded",
        f"kind name quantity quantity_in_use unit place_id party_id used_by_id {_UNTIL}",
        {},
    ),
    "devices": (
        "DeviceRegistered",
        "DeviceRetired",
        f"kind name model maker party_id expected_every_seconds {_UNTIL}",
        {},
    ),
    "categories": (
        "CategoryDefined",
        "RuleEnded",
        f"list code parent_code name_zh name_en sort_number feed {_BASIS} {_UNTIL}",
        {},
    ),
    "service_levels": (
        "ServiceLevelSet",
        "RuleEnded",
        f"{_CASES} stage level role limit_value=limit unit clock starts ends warn_percent region {_SCOPE}",
        {"warn_percent": 80, "region": "CN", **_ADMINISTRATIVE},
    ),
    "calendars": (
        "CalendarPublished",
        "RuleEnded",
        f"region year time_zone {_BASIS} valid_to",
        {"time_zone": "Asia/Shanghai"},
    ),
    "periods": (
        "PeriodDefined",
        "RuleEnded",
        (
            "period name_zh name_en kind time_zone cut_minute cut_weekday cut_day cut_month labelled_by label_format"
            f" {_BASIS} {_UNTIL}"
        ),
        {"cut_minute": 0, "cut_weekday": 1, "cut_day": 1, "cut_month": 1, "labelled_by": "start"},
    ),
    "metric_definitions": (
        "MetricDefined",
        "RuleEnded",
        (
            "metric version name_zh name_en numerator denominator population time_axis settled unit minimum_sample better"
            f" {_BASIS} {_UNTIL}"
        ),
        {"settled": "end"},
    ),
    "obligations": (
        "ObligationSet",
        "RuleEnded",
        (
            "name_zh name_en bearer_kind bearer target_kind target event_type bearer_field target_field at_least period"
            f" {_SCOPE}"
        ),
        _ADMINISTRATIVE,
    ),
    "escalation_ladders": (
        "EscalationLadderSet",
        "RuleEnded",
        f"{_CASES} stage {_SCOPE}",
        {"stage": "handle", **_ADMINISTRATIVE},
    ),
    "alarm_rules": (
        "AlarmRuleSet",
        "RuleEnded",
        f"device_kind alarm_kind comparison threshold unit window_seconds {_CASES} {_SCOPE}",
        {"comparison": "at_least", **_ADMINISTRATIVE},
    ),
}
"""Table → founding type, ending type, columns (column=field where they differ), what a null stands for."""

LISTS: dict[str, tuple[str, str, str]] = {
    "facility_capacities": ("FacilityOpened", "capacities", ""),
    "team_parties": ("TeamFormed", "party_ids", "party_id"),
    "team_members": ("TeamFormed", "member_ids", "person_id"),
    "activity_parties": ("ActivityHeld", "party_ids", "party_id"),
    "activity_participants": ("ActivityHeld", "participants", ""),
    "activity_services": ("ActivityHeld", "services", ""),
    "activity_cases": ("ActivityHeld", "case_ids", "case_id"),
    "device_measures": ("DeviceRegistered", "measures", ""),
    "calendar_weekdays": ("CalendarPublished", "weekly_days_off", "weekday"),
    "calendar_hours": ("CalendarPublished", "office_hours", ""),
    "period_intervals": ("PeriodDefined", "intervals", ""),
    "metric_weights": ("MetricDefined", "weights", ""),
    "obligation_filters": ("ObligationSet", "filters", ""),
    "escalation_steps": ("EscalationLadderSet", "steps", ""),
}
"""Table → founding type, its list, the column of an entry that is no record."""

_SERVED = "source kind place_id party_id team_id nature age_group beneficiaries"
OCCASIONS: dict[str, tuple[str, str]] = {
    "activities": ("ActivityHeld", f"{_SERVED} format facility_id centre_id for_party_id head_count ended_at"),
    "services_rendered": (
        "ServiceRendered",
        (
            f"{_SERVED} requested_at channel urgency rendered_by activity_id case_id household_id person_id outcome"
            " satisfaction"
        ),
    ),
    "service_uses": (
        "ServiceUsed",
        (
            "source facility_id centre_id place_id format kind nature age_group person_id quantity unit duration_seconds"
            " price_cents"
        ),
    ),
}
"""Table → type, columns."""


def services(told: Iterable[Told], family: Family) -> Rows:
    """Rows of every table of the family services."""
    all_lives = lives(told, family)
    rows = _listed(all_lives, family, "services")
    rows |= {"operators": [row for life in all_lives for row in _operators(life)]}
    for table, (name, columns) in OCCASIONS.items():
        stated = [(life.key, found[-1]) for life in all_lives if (found := _of(life, name))]
        rows[table] = [{"service_id": key, **_occasion(event, columns)} for key, event in stated]
    for row in rows["activities"]:
        row["duration_seconds"] = _seconds(row["at"], row["ended_at"])
    for row, basis in zip(rows["services_rendered"], _bases(all_lives), strict=True):
        row["seconds_to_render"] = None if basis else _seconds(row["requested_at"], row["at"])
    for row in rows["service_uses"]:
        row["quantity"] = 1 if row["quantity"] is None else row["quantity"]
    return rows


def devices(told: Iterable[Told], family: Family) -> Rows:
    """Rows of devices, device_places and device_measures."""
    all_lives = lives(told, family)
    rows = _listed(all_lives, family, "devices")
    return {**rows, "device_places": [row for life in all_lives for row in _device_places(life)]}


def alarms(told: Iterable[Told], family: Family) -> Rows:
    """Rows of alarms."""
    rows = []
    for life in lives(told, family):
        if raised := _of(life, "AlarmRaised"):
            last = raised[-1]
            first = next(iter(_of(life, "AlarmCleared")), None)
            names = f"source device_id device_kind kind severity value unit place_id {_POINT}".split()
            zone = _zone(last["time_zone"])
            row = {"alarm_id": life.key, "time_zone": zone, **{name: last[name] for name in names}}
            row |= {"raised_at": last["occurred_at"], "raised_day": _day(last["occurred_at"], zone)}
            row |= {"cleared_at": first and first["occurred_at"]}
            row |= {"cleared_day": first and _day(first["occurred_at"], zone)}
            stated = first and not first["occurred_at_basis"] and not last["occurred_at_basis"]
            row |= {"seconds_to_clear": _seconds(row["raised_at"], row["cleared_at"]) if stated else None}
            row |= {name: first and first[name] for name in ("cleared_by", "outcome", "case_id")}
            rows.append(row)
    return {"alarms": rows}


def rules(told: Iterable[Told], family: Family) -> Rows:
    """Rows of every table of the family rules."""
    all_lives = lives(told, family)
    rows = _listed(all_lives, family, "rules")
    return {**rows, "calendar_days": [row for life in all_lives for row in _calendar_days(life)]}


_OF_FAMILY: Mapping[str, Sequence[str]] = {
    "services": [
        "centres",
        "facilities",
        "teams",
        "boards",
        "posts",
        "resources",
        "facility_capacities",
        "team_parties",
        "team_members",
        "activity_parties",
        "activity_participants",
        "activity_services",
        "activity_cases",
    ],
    "devices": ("devices", "device_measures"),
    "rules": [
        "categories",
        "service_levels",
        "calendars",
        "periods",
        "metric_definitions",
        "obligations",
        "escalation_ladders",
        "alarm_rules",
        "calendar_weekdays",
        "calendar_hours",
        "period_intervals",
        "metric_weights",
        "obligation_filters",
        "escalation_steps",
    ],
}


def _listed(all_lives: Sequence[Life], family: Family, name: str) -> Rows:
    return {
        table: [
            {family.key: life.key, **row}
            for life in all_lives
            for row in (_register(life, table) if table in REGISTERS else _entries(life, table))
        ]
        for table in _OF_FAMILY[name]
    }


def _of(life: Life, *names: str) -> list[Event]:
    return [event for event_type, event in life.facts if event_type.name in names]


def _register(life: Life, table: str) -> list[Row]:
    founding, ending, columns, defaults = REGISTERS[table]
    if not (stated := _of(life, founding)):
        return []
    row = {"source": stated[-1]["source"]}
    for column in columns.split():
        name, _, field = column.partition("=")
        value = stated[-1].get(field or name)
        row[name] = ",".join(sorted(set(value))) or None if isinstance(value, list) else value
    ends = [row["valid_to"], *(event["valid_to"] for event in _of(life, ending))]
    row["valid_to"] = min((day for day in ends if day is not None), default=None)
    return [row | {name: value for name, value in defaults.items() if row[name] is None}]


def _entries(life: Life, table: str) -> list[Row]:
    founding, field, item = LISTS[table]
    if not (stated := _of(life, founding)):
        return []
    if item:
        return [{item: entry} for entry in dict.fromkeys(stated[-1][field])]
    return [{"number": number, **entry} for number, entry in enumerate(stated[-1][field], 1)]


def _calendar_days(life: Life) -> list[Row]:
    if not (stated := _of(life, "CalendarPublished")):
        return []
    last = stated[-1]
    kinds = {**dict.fromkeys(last["days_off"], "off"), **dict.fromkeys(last["working_days"], "working")}
    of = {"rule_id": life.key, "region": last["region"], "year": last["year"]}
    return [{**of, "day": day, "kind": kind} for day, kind in kinds.items()]


def _operators(life: Life) -> list[Row]:
    begun = {(event["party_id"], event["valid_from"]): event for event in _of(life, "OperatorAppointed")}
    closed = [event["valid_to"] for event in _of(life, "ServiceEnded")]
    rows = []
    for (party, since), event in begun.items():
        later = [day for other, day in begun if other == party and day > since]
        ended = [end["valid_to"] for end in _of(life, "OperatorEnded") if end["party_id"] == party]
        ends = [*later, *closed, *(day for day in ended if day > since), event["valid_to"]]
        until = min((day for day in ends if day is not None), default=None)
        if until is None or until > since:
            told = {name: event[name] for name in ("source", "lead", "funding", "meeting_id")}
            rows.append({"service_id": life.key, "party_id": party, "valid_from": since, **told, "valid_to": until})
    return rows


def _device_places(life: Life) -> list[Row]:
    if not _of(life, "DeviceRegistered"):
        return []
    always = -719_162  # 0001-01-01
    stood = {
        always if event["valid_from"] is None else event["valid_from"]: event
        for event in _of(life, "DeviceRegistered", "DeviceMoved")
    }
    retired = [event["valid_to"] for event in _of(life, "DeviceRetired")]
    rows = []
    for since, event in stood.items():
        until = min([*(day for day in stood if day > since), *retired], default=None)
        if until is None or until > since:
            where = {name: event[name] for name in ("place_id", "lon", "lat", "crs")}
            rows.append({"device_id": life.key, "valid_from": since, **where, "valid_to": until})
    return rows


def _bases(all_lives: Iterable[Life]) -> list[str | None]:
    return [found[-1]["occurred_at_basis"] for life in all_lives if (found := _of(life, "ServiceRendered"))]


def _occasion(event: Event, columns: str) -> Row:
    zone = _zone(event["time_zone"])
    shown = _shown(event["occurred_at"], zone)
    when = {"at": event["occurred_at"], "time_zone": zone, "day": _day(event["occurred_at"], zone), "hour": shown.hour}
    return {**{name: event[name] for name in columns.split()}, **when}


def _zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or "Asia/Shanghai").key
    except (ZoneInfoNotFoundError, ValueError):
        return "Asia/Shanghai"


def _shown(micros: int, zone: str) -> datetime:
    return datetime.fromtimestamp(micros // 1_000_000, UTC).astimezone(ZoneInfo(zone))


def _day(micros: int, zone: str) -> int:
    return _shown(micros, zone).toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal()


def _seconds(begin: int | None, end: int | None) -> int | None:
    return None if begin is None or end is None else (end - begin) // 1_000_000
