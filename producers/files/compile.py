"""A checked mapping → its plan. What could not work on any file is refused here, before a file is opened."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from producers.files import values
from producers.files.chunks import Wanted
from producers.files.conditions import Condition
from producers.files.fields import Scope
from producers.files.load import LoadedMapping, did_you_mean
from producers.files.mapping import EventRule, Fields, Mapping
from producers.files.plan import EXPORTED_AT, EXPORTED_TIME, EventPlan, FieldPlan, LevelPlan, PartyPlan, Plan, ZonePlan
from schemas.catalogue import COMPLAINTS, EVENTS, EventType, event_type, schema_of


def compile_plan(mapping: LoadedMapping) -> Plan:
    """BadMapping `mapping.template`, `.condition`, `.event_unknown`, `.field_unknown`, `.field_missing`,
    `.key_missing`, `.value`, `.format` or `.reference`, each with its place in the file.
    """
    rules = mapping.rules
    named = [*(rule.each for rule in rules.events), *(party.each for party in rules.parties)]
    lists = tuple(dict.fromkeys(name for name in named if name))
    scope = Scope(mapping, lists, _references(rules))
    _check_columns(scope, rules)
    record_id = scope.key(rules.record_id, "record_id")
    levels, parties = _levels(scope, rules), _parties(scope, rules)
    events = (*_registered(scope, rules), *_stated(scope, rules))
    scope.at("[snapshot]")
    for name in (rules.snapshot.exported_at, rules.snapshot.changed_at):
        if name is not None:
            scope.read_as("time", name, "snapshot")
    zones = tuple(ZonePlan(each.place, each.party, each.duty) for each in rules.responsibilities)
    return Plan(
        mapping, record_id, _wanted(scope, rules), lists, frozenset(scope.texts), frozenset(scope.typed),
        frozenset(scope.identifiers), levels, parties, zones, events,
    )  # fmt: skip


def _references(rules: Mapping) -> frozenset[str]:
    named = {f"@place.{level.level}" for level in rules.places} | {f"@party.{party.label}" for party in rules.parties}
    return frozenset(named | ({"@place"} if rules.places else set()))


def _check_columns(scope: Scope, rules: Mapping) -> None:
    for name, column in rules.columns.items():
        for form in column.formats or ():
            if not values.readable(form):
                scope.at(f"[columns.{name}]")
                expected = 'a format with a date in it, such as "%Y-%m-%d %H:%M", or "excel"'
                raise scope.wrong(f"format {form!r} cannot be read", "format", "formats", expected)


def _wanted(scope: Scope, rules: Mapping) -> tuple[Wanted, ...]:
    """Every column that something uses, in the order of its name; a rule for a column without use is a mistake."""
    used = sorted(scope.texts | {typed.column for typed in scope.typed})
    for name in rules.columns:
        if name not in used:
            scope.at(f"[columns.{name}]")
            raise scope.wrong(
                f"no event uses column {name!r}", "reference", name, "a column that is used", did_you_mean(name, used)
            )
    return tuple(Wanted(name, tuple(rules.column(name).headers(name)), rules.column(name).optional) for name in used)


def _levels(scope: Scope, rules: Mapping) -> tuple[LevelPlan, ...]:
    levels = []
    for level in rules.places:
        scope.at(f"[[places]] {level.level!r}")
        levels.append(LevelPlan(level.level, scope.key(level.key, "key"), level.unique))
    return tuple(levels)


def _parties(scope: Scope, rules: Mapping) -> tuple[PartyPlan, ...]:
    parties = []
    for party in rules.parties:
        scope.at(f"[[parties]] {party.label!r}", party.each)
        parties.append(PartyPlan(party.label, scope.key(party.key, "key"), party.each))
    return tuple(parties)


def _registered(scope: Scope, rules: Mapping) -> list[EventPlan]:
    """Places, parties and responsibilities, as the rows name them."""
    plans = []
    for level in rules.places:
        scope.at(f"[[places]] {level.level!r}")
        own: Fields = {"kind": level.kind, "name": level.name, **level.fields}
        parent = FieldPlan("@parent", pl.col(f"@parent.{level.level}"))
        name, reference = "places.PlaceRegistered", f"@place.{level.level}"
        plans.append(_distinct(scope, name, reference, own, more=(parent,), hierarchy=level.hierarchy))
    for party in rules.parties:
        scope.at(f"[[parties]] {party.label!r}", party.each)
        own = {"kind": party.kind, "name": party.name, **party.fields}
        plans.append(_distinct(scope, "parties.PartyRegistered", f"@party.{party.label}", own, each=party.each))
    for number, zone in enumerate(rules.responsibilities):
        scope.at(f"[[responsibilities]] number {number + 1}")
        own = {"place_id": f"@place.{zone.place}", "party_id": f"@party.{zone.party}"}
        own |= {"duty": zone.duty, "valid_from": zone.valid_from}
        own |= {name: told for name in ("hierarchy", "basis") if (told := getattr(zone, name)) is not None}
        plans.append(_distinct(scope, "zones.ResponsibilityAssigned", f"@zone.{number}", own))
    return plans


def _distinct(
    scope: Scope,
    name: str,
    reference: str,
    own: Fields,
    *,
    each: str | None = None,
    more: tuple[FieldPlan, ...] = (),
    hierarchy: str | None = None,
) -> EventPlan:
    """Registered at the beginning of `registered_on`, whatever the file: so that all files state the very same."""
    rules, event = scope.rules, event_type(f"linli.{name}")
    if rules.registered_on is None:
        expected = (
            "the local day from which the source's places and parties count as registered, at the top of the file"
        )
        raise scope.wrong("registered_on is missing", "key_missing", "registered_on", expected)
    since = datetime.combine(rules.registered_on, time(), ZoneInfo(rules.time_zone)).timestamp()
    fields = (
        FieldPlan("source", pl.lit(rules.source)),
        FieldPlan("occurred_at", pl.lit(int(since) * 1_000_000)),
        FieldPlan(event.family.key, pl.col(reference)),
        FieldPlan("source_ref", pl.col(reference).str.slice(len(rules.source) + 1)),
        *scope.fields(event, own, {event.family.key}),
        *more,
    )
    return EventPlan(
        event, each, Condition(pl.col(reference).is_not_null(), ()), fields, distinct=True, hierarchy=hierarchy
    )


def _stated(scope: Scope, rules: Mapping) -> list[EventPlan]:
    """The events of the record itself."""
    seen: dict[str, int] = {}
    plans = []
    for number, rule in enumerate(rules.events, 1):
        scope.at(f"[[events]] number {number}", rule.each)
        event = _event(scope, rule.type)
        plans.append(_rule(scope, event, rule, seen.get(event.full_name, 0)))
        seen[event.full_name] = seen.get(event.full_name, 0) + 1
    return plans


def _event(scope: Scope, name: str) -> EventType:
    """By its full name, or by its short name: of the complaints, where several families have it."""
    matching = [event for event in EVENTS if name in (event.full_name, event.name)]
    if not matching:
        known = dict.fromkeys(event.name for event in EVENTS)
        raise scope.wrong(
            f"there is no event {name!r}",
            "event_unknown",
            "type",
            "a type of the event catalogue",
            did_you_mean(name, known),
        )
    return min(matching, key=lambda event: event.family is not COMPLAINTS)


def _rule(scope: Scope, event: EventType, rule: EventRule, ordinal: int) -> EventPlan:
    rules, avro = scope.rules, {each["name"] for each in schema_of(event)["fields"]}
    entity = scope.key(rule.key, "key").expression() if rule.key else pl.col("@ref")
    own = dict(rule.fields)
    if "time_zone" in avro:
        own.setdefault("time_zone", rules.time_zone)
    fields = [
        FieldPlan("source", pl.lit(rules.source)),
        *_times(scope, rule, basis="occurred_at_basis" in avro),
        FieldPlan(event.family.key, pl.concat_str([pl.lit(f"{rules.source}:"), entity]), (), required=True),
        FieldPlan("source_ref", pl.col("@ref")),
        *scope.fields(event, own, {event.family.key}),
    ]
    if rules.record_version is not None and rule.each is None:
        version = scope.text(rules.record_version, "record_version").expression()
        fields.append(FieldPlan("_version", pl.concat_str([version, pl.lit(f"/{ordinal}")]) if ordinal else version))
    if rules.mode == "snapshot" or "revised_at" not in rule.fields:
        column = (rules.snapshot.exported_at,) if rules.snapshot.exported_at is not None else ()
        fields = [each for each in fields if each.name != "revised_at"]
        fields.append(FieldPlan("revised_at", pl.col(EXPORTED_TIME), column, required=rules.mode == "snapshot"))
    return EventPlan(event, rule.each, scope.condition(rule.when), tuple(fields))


def _times(scope: Scope, rule: EventRule, *, basis: bool) -> list[FieldPlan]:
    """`occurred_at`: the first time that is there; its basis says when that was not the first one asked for."""
    if not rule.times:
        raise scope.wrong(
            "at names no column", "value", "at", "a column with a time, or several in order of preference"
        )
    names = [scope.read_as("time", column, "at").name for column in rule.times]
    columns = tuple(column for column in rule.times if column != EXPORTED_AT)
    plans = [FieldPlan("occurred_at", pl.coalesce(names), columns, required=True)]
    if basis:
        plans.append(FieldPlan("occurred_at_basis", _basis(names)))
    return plans


def _basis(names: list[str]) -> pl.Expr:
    """Null for the first time asked for, 'substituted' for another of the record's, 'assumed' for the export's."""
    nothing = pl.lit(None, pl.String)
    own = [pl.col(name).is_not_null() for name in names if name != EXPORTED_TIME]
    last = pl.lit("assumed") if EXPORTED_TIME in names else nothing
    if not own:
        return last
    return pl.when(own[0]).then(nothing).when(pl.any_horizontal(own)).then(pl.lit("substituted")).otherwise(last)
