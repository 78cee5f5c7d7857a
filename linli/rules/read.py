"""From a rules file to statements; every mistake is told with file, table, key, value and what was expected."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError

from linli.rules.calendars import Calendar, Office
from linli.rules.model import AlarmRule, Category, Ladder, Metric, Obligation, Period, ServiceLevel
from linli.rules.tables import Rule, Table, Zone
from producers.files.load import did_you_mean
from schemas.errors import BadRules

SHIPPED: Final = "calendars-cn"
"""The calendars of the State Council's notices, 2004 to 2026, region CN; without office hours, which are each city's own."""


class Rules(Table):
    """A whole rules file."""

    source: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    issued_on: date
    time_zone: Zone = "Asia/Shanghai"
    calendars: list[Calendar] = Field(default_factory=list)
    offices: list[Office] = Field(default_factory=list)
    categories: list[Category] = Field(default_factory=list)
    service_levels: list[ServiceLevel] = Field(default_factory=list)
    periods: list[Period] = Field(default_factory=list)
    metrics: list[Metric] = Field(default_factory=list)
    obligations: list[Obligation] = Field(default_factory=list)
    ladders: list[Ladder] = Field(default_factory=list)
    alarm_rules: list[AlarmRule] = Field(default_factory=list)

    def rules(self) -> Iterator[tuple[str, int, Rule]]:
        """(table, number in it, rule) of each rule in the file."""
        for table in type(self).model_fields:
            told = getattr(self, table)
            if isinstance(told, list):
                yield from ((table, number, rule) for number, rule in enumerate(told))


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """A rules file with its name and the SHA-256 (hexadecimal) of its bytes."""

    name: str
    sha256: str
    rules: Rules

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(event type of the family rules, its fields as the publisher takes them), in the order of the file.

        Both `occurred_at` and `revised_at` are the beginning of the day of issue: of two editions of one rule the later
        counts. An office becomes a calendar a year.
        """
        at = datetime.combine(self.rules.issued_on, datetime.min.time(), ZoneInfo(self.rules.time_zone))
        issued = int(at.timestamp()) * 1_000_000
        for _, rule in self.expanded():
            told = {"source": self.rules.source, "occurred_at": issued, "revised_at": issued}
            yield rule.event, {**told, "rule_id": f"{self.rules.source}:{rule.key}", **rule.values()}

    def expanded(self) -> Iterator[tuple[str, Rule]]:
        """(where it stands, rule), each office as its calendars."""
        for table, number, rule in self.rules.rules():
            where = f"{self.name}, [[{table}]] number {number + 1}"
            if isinstance(rule, Office):
                yield from ((where, one) for one in self._calendars_of(rule, where))
            else:
                yield where, rule

    def _calendars_of(self, office: Office, where: str) -> list[Calendar]:
        """An office's calendars. Its days are those of the file or, of a region without any there, the shipped ones."""
        own = [one for one in self.rules.calendars if one.region == office.days_of]
        days = own or [one for one in shipped_calendars() if one.region == office.days_of]
        found = [one for one in map(office.calendar, days) if one is not None]
        if not found:
            raise BadRules(
                f"days_of = {office.days_of!r} has no calendar in the years stated",
                code="rules.value",
                where=where,
                expected="a region with [[calendars]] in this file, or CN",
                key="days_of",
                value=office.days_of,
            )
        return found


def load_rules(name_or_path: str) -> LoadedRules:
    """The shipped file `calendars-cn`, else the rules file at a path.

    BadRules `rules.unknown`, `rules.toml`, `rules.key_unknown`, `rules.key_missing`, `rules.value` or `rules.twice`.
    """
    if name_or_path == SHIPPED:
        return parse_rules(_shipped(), f"{SHIPPED}.toml")
    path = Path(name_or_path)
    if not path.is_file():
        expected = f"the path of a rules file, or {SHIPPED}"
        raise BadRules(f"there is no file {name_or_path!r}", code="rules.unknown", expected=expected)
    return parse_rules(path.read_bytes(), path.name)


def parse_rules(raw: bytes, name: str) -> LoadedRules:
    """Rules from the bytes of their file; `name` stands in messages."""
    try:
        tree = tomllib.loads(raw.decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(f"this is no TOML: {error}", code="rules.toml", where=name, expected="TOML in UTF-8") from error
    try:
        rules = Rules.model_validate(tree)
    except ValidationError as error:
        raise _mistake(error, name) from error
    loaded = LoadedRules(name, hashlib.sha256(raw).hexdigest(), rules)
    _refuse_repeated(loaded)
    return loaded


def shipped_calendars() -> list[Calendar]:
    """The calendars that come with Linli."""
    return load_rules(SHIPPED).rules.calendars


def _shipped() -> bytes:
    return files("linli").joinpath("rules", f"{SHIPPED}.toml").read_bytes()


def _refuse_repeated(loaded: LoadedRules) -> None:
    first: dict[str, str] = {}
    for where, rule in loaded.expanded():
        if rule.key in first:
            what = f"{rule.key} stands twice"
            expected = f"rules that differ in what names them; the first is {first[rule.key].partition(', ')[2]}"
            raise BadRules(what, code="rules.twice", where=where, expected=expected, key="id", value=rule.key)
        first[rule.key] = where


def _mistake(error: ValidationError, name: str) -> BadRules:
    """The first mistake, unknown keys before all others; how many more there are is said too."""
    mistakes = error.errors()
    first = min(mistakes, key=lambda each: each["type"] != "extra_forbidden")
    told = first.get("ctx", {}) if first["type"] == "rule" else {}
    loc = (*first["loc"], told["key"]) if told else first["loc"]
    where, key = f"{name}, {_place(loc)}", _key(loc)
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    if first["type"] == "extra_forbidden":
        known = _known_keys(loc)
        return BadRules(
            f"unknown key {key!r}{more}",
            code="rules.key_unknown",
            where=where,
            expected=f"one of {', '.join(known)}",
            remedy=did_you_mean(key, known),
            key=key,
        )
    if first["type"] == "missing":
        what = f"key {key!r} is missing{more}"
        return BadRules(what, code="rules.key_missing", where=where, expected=key, key=key)
    value = told.get("value", str(first["input"]))
    what = f"{key} = {value!r} does not fit{more}"
    expected = told.get("expected") or _expected(first["msg"])
    return BadRules(what, code="rules.value", where=where, expected=expected, key=key, value=value)


def _expected(message: str) -> str:
    for prefix in ("Input should be ", "Value error, "):
        message = message.removeprefix(prefix)
    return message


def _place(loc: Sequence[int | str]) -> str:
    """`[[calendars]] number 2, office_hours number 1` from ("calendars", 1, "office_hours", 0, "to")."""
    tables = [f"{name} number {number + 1}" for name, number in pairwise(loc[:-1]) if isinstance(number, int)]
    if not tables:
        return "top level"
    return ", ".join([f"[[{loc[0]}]] {tables[0].removeprefix(f'{loc[0]} ')}", *tables[1:]])


def _key(loc: Sequence[int | str]) -> str:
    """The key, with what it is a key of where that is no table of its own: "filters.kind"."""
    last = max((place for place, part in enumerate(loc[:-1]) if isinstance(part, int)), default=-1)
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc[last + 1 :])


def _known_keys(loc: Sequence[int | str]) -> list[str]:
    """The keys that the table at a place may have."""
    table: type[BaseModel] = Rules
    for part in loc[:-1]:
        if isinstance(part, str) and part in table.model_fields:
            table = _table_in(table.model_fields[part].annotation) or table
    return sorted(field.alias or name for name, field in table.model_fields.items())


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _table_in(inner))), None)
