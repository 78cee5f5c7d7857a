"""Values of a mapping → expressions of the type that a field has in its .avsc, with the columns they need."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from producers.files.conditions import Condition, condition
from producers.files.load import LoadedMapping, did_you_mean
from producers.files.mapping import Conditional, Constant, Fields, Mapping
from producers.files.plan import EXPORTED_AT, FieldPlan, Typed
from producers.files.templates import Template, template
from schemas.catalogue import EventType, schema_of
from schemas.errors import BadMapping

OURS = frozenset(
    {"event_id", "occurred_at", "occurred_at_basis", "received_at", "source", "source_ref", "origin", "supersedes"}
)
"""Fields that no mapping states: they follow from the file, or are ours to give."""

_EPOCH = date(1970, 1, 1)
_NO_TEXTS = pl.lit(pl.Series([[]], dtype=pl.List(pl.String))).first()
_SEPARATORS = "[,，、;；|]"
_KINDS = {
    "timestamp-micros": "time",
    "date": "date",
    "double": "number",
    "int": "whole",
    "long": "whole",
    "boolean": "boolean",
}
_EXAMPLES = {
    "time": 'one column, as in "{column}"',
    "date": 'one column, as in "{column}", or a date such as 2026-01-31',
    "number": 'one column, as in "{column}", or a number',
    "whole": 'one column, as in "{column}", or a whole number',
    "boolean": 'true, false, or one column, as in "{column}"',
    "texts": 'a list of texts, or a template whose text is split at commas, as in "{column}"',
    "text": "a text in quotes, in which {column} stands for a cell",
}


def kind_of(avro: Any) -> str | None:
    """time, date, number, whole, boolean, text, texts (list of strings); None for what a mapping cannot state."""
    if isinstance(avro, list):
        (avro,) = [each for each in avro if each != "null"]
    if isinstance(avro, dict):
        if avro.get("type") == "array":
            return "texts" if avro.get("items") == "string" else None
        return _KINDS.get(str(avro.get("logicalType", avro.get("type"))))
    return "text" if avro in ("string", "bytes") else _KINDS.get(str(avro))


@dataclass
class Scope:
    """Where in the mapping file we are (`place`, and the list `each` whose items are looked at), and what was used so
    far.
    """

    mapping: LoadedMapping
    lists: tuple[str, ...]
    references: AbstractSet[str] = frozenset()
    place: str = "top level"
    each: str | None = None
    texts: set[str] = field(default_factory=set)
    typed: set[Typed] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)

    @property
    def rules(self) -> Mapping:
        """The mapping itself."""
        return self.mapping.rules

    def at(self, place: str, each: str | None = None) -> None:
        """From here on mistakes are in this table."""
        self.place, self.each = place, each

    def wrong(self, what: str, code: str, key: str, expected: str, remedy: str = "") -> BadMapping:
        """A mistake at the present place."""
        where = f"{self.mapping.name}, {self.place}"
        return BadMapping(what, code=f"mapping.{code}", where=where, expected=expected, remedy=remedy, key=key)

    def text(self, text: str, key: str) -> Template:
        """A template whose columns are used as text."""
        try:
            made = template(text)
        except ValueError as error:
            raise self.wrong(f"{key} = {text!r} is no template", "template", key, str(error)) from error
        for column in made.columns:
            self._reach(column, key)
        self.texts.update(made.columns)
        return made

    def key(self, text: str, key: str) -> Template:
        """A template that identifies something: its columns must keep every digit."""
        made = self.text(text, key)
        self.identifiers.update(made.columns)
        return made

    def read_as(self, kind: str, column: str, key: str) -> Typed:
        """A column that is read as something else than text."""
        self._reach(column, key)
        used = Typed(kind, column)
        if column != EXPORTED_AT:
            self.typed.add(used)
        return used

    def condition(self, spec: AnyMapping[str, Any], key: str = "when") -> Condition:
        """A condition whose columns are used as text."""
        try:
            made = condition(spec)
        except ValueError as error:
            raise self.wrong(f"{key} = {dict(spec)!r} is no condition", "condition", key, str(error)) from error
        for column in made.columns:
            self._reach(column, key)
        self.texts.update(made.columns)
        return made

    def fields(self, event: EventType, own: Fields, given: AbstractSet[str]) -> tuple[FieldPlan, ...]:
        """The fields that a table states; `given`: those that the event has besides. Refuses unknown and missing
        ones.
        """
        avro = {each["name"]: each for each in schema_of(event)["fields"]}
        plans = []
        for name, spec in own.items():
            if name not in avro or name in OURS | given:
                known = sorted(set(avro) - OURS - given)
                expected = f"one of {', '.join(known)}"
                raise self.wrong(
                    f"{event.name} has no field {name!r} to state",
                    "field_unknown",
                    name,
                    expected,
                    did_you_mean(name, known),
                )
            plans.append(self._field(name, spec, avro[name]))
        missing = [name for name, each in avro.items() if "default" not in each and name not in OURS | given | set(own)]
        if missing:
            raise self.wrong(
                f"field {missing[0]!r} of {event.name} is missing",
                "field_missing",
                missing[0],
                f"a value for {', '.join(missing)}",
            )
        return tuple(plans)

    def _field(self, name: str, spec: Conditional | Constant, avro: AnyMapping[str, Any]) -> FieldPlan:
        value, when = (spec.value, spec.when) if isinstance(spec, Conditional) else (spec, None)
        kind = kind_of(avro["type"])
        if kind is None:
            raise self.wrong(f"field {name!r} cannot be stated by a mapping", "value", name, "another field")
        expression, columns = self._value(name, value, kind)
        if when is not None:
            holds = self.condition(when, f"{name}.when").expression
            nothing = _NO_TEXTS if kind == "texts" else pl.lit(None)
            expression = expression if holds is None else pl.when(holds).then(expression).otherwise(nothing)
        return FieldPlan(name, expression, columns, required="default" not in avro)

    def _value(self, name: str, value: Constant, kind: str) -> tuple[pl.Expr, tuple[str, ...]]:
        if isinstance(value, str):
            return self._reference(name, value) if value.startswith("@") else self._templated(name, value, kind)
        constant = _constant(value, kind)
        if constant is None:
            raise self.wrong(f"{name} = {value!r} does not fit", "value", name, _EXAMPLES[kind])
        return constant, ()

    def _templated(self, name: str, value: str, kind: str) -> tuple[pl.Expr, tuple[str, ...]]:
        if kind in ("text", "texts"):
            made = self.text(value, name)
            if name.endswith("_id"):
                self.identifiers.update(made.columns)
            return (_split(made.expression()) if kind == "texts" else made.expression()), made.columns
        column = self._single(name, value)
        if column is None:
            raise self.wrong(f"{name} = {value!r} does not fit", "value", name, _EXAMPLES[kind])
        return pl.col(self.read_as(kind, column, name).name), (column,)

    def _single(self, name: str, value: str) -> str | None:
        try:
            return template(value).single
        except ValueError as error:
            raise self.wrong(f"{name} = {value!r} is no template", "template", name, str(error)) from error

    def _reference(self, name: str, value: str) -> tuple[pl.Expr, tuple[str, ...]]:
        """`@place`, `@place.<level>`, `@party.<label>`."""
        if value not in self.references:
            known = sorted(self.references)
            expected = f"one of {', '.join(known)}" if known else "[[places]] or [[parties]] in the mapping"
            raise self.wrong(
                f"{name} = {value!r} refers to nothing", "reference", name, expected, did_you_mean(value, known)
            )
        self.in_reach(value, name)
        return pl.col(value), ()

    def in_reach(self, reference: str, key: str) -> None:
        """Refuse a party of list items in a table that does not look at these items."""
        each = {f"@party.{party.label}": party.each for party in self.rules.parties}.get(reference)
        if each is not None and each != self.each:
            raise self.wrong(f"{key} names {reference!r}", "reference", key, f'each = "{each}" in the same table')

    def _reach(self, column: str, key: str) -> None:
        name = next((name for name in self.lists if column.startswith(f"{name}.")), None)
        if name is not None and name != self.each:
            raise self.wrong(
                f"{key} names {column!r}, of the items of a list",
                "reference",
                key,
                f'each = "{name}" in the same table',
            )


def _constant(value: Constant, kind: str) -> pl.Expr | None:
    """A literal of the field's type; None when it does not fit."""
    if isinstance(value, list):
        return pl.lit(pl.Series([value], dtype=pl.List(pl.String))).first() if kind == "texts" else None
    if isinstance(value, date):
        return pl.lit((value - _EPOCH).days, dtype=pl.Int32) if kind == "date" else None
    fits: dict[str, tuple[type, ...]] = {"boolean": (bool,), "whole": (int,), "number": (int, float)}
    if type(value) not in fits.get(kind, ()):
        return None
    return pl.lit(float(value)) if kind == "number" else pl.lit(value)


def _split(text: pl.Expr) -> pl.Expr:
    """List of the texts between separators, without blanks; empty for an empty cell (an array has no null)."""
    parts = text.fill_null("").str.replace_all(_SEPARATORS, ",").str.split(",")
    return parts.list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
