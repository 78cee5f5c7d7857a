"""Chunks of cells → views: frames in which every column that a plan names stands, typed, and everything wrong is a
fault.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from producers.files import values
from producers.files.chunks import Chunk, Nested
from producers.files.faults import MAX_CELL_BYTES, Fault, Faults
from producers.files.plan import EXPORTED_TIME, Plan, Typed
from producers.files.values import Parsed

INDEX = "@index"
"""Column of a view: the record in its chunk that the row belongs to."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is the same for all rows of an import. `exported_at`, `now`: microseconds UTC."""

    file: str
    sheet: str
    sha256: str
    now: int
    exported_at: int | None = None


def views(chunk: Chunk, plan: Plan, source: Source, faults: Faults) -> dict[str | None, pl.DataFrame]:
    """Under None a frame of the records, under each list's name one of its items with the columns of their record."""
    records = _Reading(plan, faults).typed(chunk.cells, chunk.cells.height)
    index = pl.Series(INDEX, range(chunk.cells.height), dtype=pl.Int64)
    records = _identified(records.with_columns(index, *_origin(chunk, plan, source)), plan, source)
    records = records.with_columns(_parties(plan, None)).with_columns(_zones(plan))
    items: dict[str | None, pl.DataFrame] = {
        name: _items(records, chunk.nested[name], name, plan, faults) for name in plan.lists
    }
    return {None: records, **items}


def _items(records: pl.DataFrame, nested: Nested, name: str, plan: Plan, faults: Faults) -> pl.DataFrame:
    reading = _Reading(plan, faults, nested.parents, f"{name}.")
    items = reading.typed(nested.cells, len(nested.parents))
    suffix = pl.concat_str([pl.lit(f"/{name}/"), pl.lit(nested.numbers)])
    origin = pl.concat_str(["@origin_row", suffix, "@origin_mapping"]).alias("@origin")
    joined = records[nested.parents].hstack(items.get_columns())
    return joined.with_columns(origin, *_parties(plan, name))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Cells → typed columns. `parents`, `prefix`: of the items of a list, the index of each one's record and
    `<list>.`.
    """

    plan: Plan
    faults: Faults
    parents: pl.Series | None = None
    prefix: str = ""

    def typed(self, cells: pl.DataFrame, height: int) -> pl.DataFrame:
        """Text columns by their name, typed ones as `<kind>:<name>`; columns that the file does not have are null."""
        here = [wanted.name for wanted in self.plan.wanted if self._belongs(wanted.name)]
        if not here:
            return pl.DataFrame({"@nothing": pl.Series([None], dtype=pl.Null).new_from_index(0, height)})
        absent = [pl.lit(None, pl.String).alias(name) for name in here if name not in cells.columns]
        texts = cells.with_columns(absent).select(values.trimmed(name, self.plan.rules.file.blanks) for name in here)
        self._check(texts)
        coded = [name for name in here if self.plan.rules.column(name).codes is not None]
        texts = texts.with_columns(self._translated(texts[name]) for name in coded)
        typed = [each for each in sorted(self.plan.typed, key=lambda each: each.name) if each.column in here]
        return texts.with_columns(self._read(texts[each.column], each).alias(each.name) for each in typed)

    def _belongs(self, name: str) -> bool:
        if self.prefix:
            return name.startswith(self.prefix)
        return not any(name.startswith(f"{each}.") for each in self.plan.lists)

    def _check(self, texts: pl.DataFrame) -> None:
        """Texts too long for an event, identifiers that were rounded; looked at one by one only if there are any."""
        names = texts.columns
        long = [(pl.col(name).str.len_bytes() > MAX_CELL_BYTES).fill_null(value=False).alias(name) for name in names]
        lost = [values.digits_lost(name) for name in names if name in self.plan.identifiers]
        for masks, fault in ((long, TOO_LONG), (lost, DIGITS_LOST)):
            found = texts.select(mask.any() for mask in masks).to_dicts()[0] if masks else {}
            for name in (name for name, any_found in found.items() if any_found):
                mask = texts.select(masks[list(found).index(name)]).to_series()
                self.faults.add_all(mask, self.parents, texts[name], fault)

    def _translated(self, texts: pl.Series) -> pl.Series:
        rule = self.plan.rules.column(texts.name)
        codes = rule.codes or {}
        parsed = values.codes(texts, codes, keep=rule.unknown == "keep")
        remedy = f"add it to the codes of column {texts.name!r} in the mapping"
        fault = Fault("code", "is no known code", f"one of {', '.join(codes)}", remedy)
        self.faults.add_all(parsed.wrong, self.parents, texts, fault)
        return parsed.values

    def _read(self, texts: pl.Series, typed: Typed) -> pl.Series:
        rule = self.plan.rules.column(typed.column)
        zone = rule.time_zone or self.plan.rules.time_zone
        parsed, expected = _parsed(texts, typed.kind, rule.formats, zone)
        self.faults.add_all(parsed.wrong, self.parents, texts, Fault(typed.kind, f"is no {typed.kind}", expected))
        if parsed.gap is not None:
            skipped = Fault("gap", "was skipped when the clocks went forward", f"a time that existed in {zone}")
            self.faults.add_all(parsed.gap, self.parents, texts, skipped)
        return parsed.values


TOO_LONG = Fault("too_long", "is too long", f"at most {MAX_CELL_BYTES:,} bytes")
DIGITS_LOST = Fault(
    "digits_lost",
    "has lost digits: a spreadsheet rounded the number",
    "an identifier with all its digits",
    "export it again with this column as text; in the spreadsheet the digits are gone for good",
)


def _parsed(texts: pl.Series, kind: str, formats: list[str] | None, zone: str) -> tuple[Parsed, str]:
    forms = ", ".join(formats or ["2026-03-01 09:05", "2026/3/1", "2026年3月1日 9时05分"])
    if kind == "time":
        return values.times(texts, formats, zone), f"a time as {forms}, or in ISO 8601"
    if kind == "date":
        return values.dates(texts, formats), f"a date as {forms}, or in ISO 8601"
    if kind == "boolean":
        return values.booleans(texts), "true or false, yes or no, 1 or 0, 是 or 否"
    if kind == "whole":
        return values.numbers(texts, pl.Int32), "a whole number"
    return values.numbers(texts, pl.Float64), "a number"


def _origin(chunk: Chunk, plan: Plan, source: Source) -> list[pl.Expr]:
    sheet = f"{source.sheet}!" if source.sheet else ""
    row = pl.concat_str([pl.lit(f"{source.sha256}#{sheet}"), pl.lit(chunk.numbers)])
    mapping = pl.lit(f";mapping={plan.mapping.sha256}")
    whole = [pl.concat_str([row, mapping]).alias("@origin")]
    return [*whole, row.alias("@origin_row"), mapping.alias("@origin_mapping")] if plan.lists else whole


def _identified(records: pl.DataFrame, plan: Plan, source: Source) -> pl.DataFrame:
    """With `@ref` (the source's id of the record), the time of the export, and the places from the root down."""
    column = plan.rules.snapshot.exported_at
    if source.exported_at is not None or column is None:
        exported = pl.lit(source.exported_at, pl.Int64)
    else:
        exported = pl.col(Typed("time", column).name)
    records = records.with_columns(plan.record_id.expression().alias("@ref"), exported.alias(EXPORTED_TIME))
    above: list[str] = []
    for level in plan.levels:
        name = f"@place.{level.level}"
        parent = pl.coalesce([*reversed(above), pl.lit(None, pl.String)])
        key = level.key.expression().str.replace_all("%", "%25", literal=True).str.replace_all("/", "%2F", literal=True)
        root = pl.lit(f"{plan.rules.source}:")
        path = root + key if level.unique or not above else parent + pl.lit("/") + key
        records = records.with_columns(parent.alias(f"@parent.{level.level}"), path.alias(name))
        above.append(name)
    return records.with_columns(pl.coalesce(list(reversed(above))).alias("@place")) if above else records


def _parties(plan: Plan, each: str | None) -> list[pl.Expr]:
    root = pl.lit(f"{plan.rules.source}:")
    return [
        (root + party.key.expression()).alias(f"@party.{party.label}") for party in plan.parties if party.each == each
    ]


def _zones(plan: Plan) -> list[pl.Expr]:
    """Ids of responsibilities: duty, place and party together."""
    offset = len(plan.rules.source) + 1
    exprs = []
    for number, zone in enumerate(plan.zones):
        place, party = pl.col(f"@place.{zone.place}"), pl.col(f"@party.{zone.party}")
        ids = [
            pl.lit(f"{plan.rules.source}:{zone.duty}/"),
            place.str.slice(offset),
            pl.lit("/"),
            party.str.slice(offset),
        ]
        exprs.append(pl.concat_str(ids).alias(f"@zone.{number}"))
    return exprs
