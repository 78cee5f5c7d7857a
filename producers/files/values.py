"""Columns of text → typed columns, a column at a time. What could not be read is null in the result and True in a
mask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from polars.exceptions import PolarsError

ISO_OFFSET = "%Y-%m-%dT%H:%M:%S%.f%#z"
ISO_LOCAL = "%Y-%m-%dT%H:%M:%S%.f"
EXCEL = "excel"
"""Format of a day number as Excel stores it: days since 1899-12-30, the time of day as a fraction."""

YEAR_FIRST = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d",
    EXCEL,
)
"""Formats that are tried when a column names none: those that can be read in one way only."""

_ALWAYS = (ISO_LOCAL, ISO_OFFSET)
_EPOCH_1900 = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_EXCEL_EPOCH_DAYS = 25_569
_EXCEL_1950, _EXCEL_2100 = 18_264, 73_051
DIGITS_LOST = re.compile(r"^[+-]?\d+(\.\d+)?[eE]\+?\d+$")
"""A number as Excel shows one with more than 15 digits: what stood behind them is gone."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """`values`: the typed column. `wrong`: could not be read. `gap`: a local time that was skipped when clocks went
    forward.
    """

    values: pl.Series
    wrong: pl.Series
    gap: pl.Series | None = None


def times(texts: pl.Series, formats: Sequence[str] | None, zone: str) -> Parsed:
    """Int64 microseconds UTC. Texts without an offset are local times of `zone`.

    Where clocks go back, the earlier of the two instants is meant; where they go forward, the skipped hour is a `gap`.
    """
    local, fixed = _instants(texts, formats)
    cut = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    micros = cut.dt.epoch("us") if fixed is None else cut.dt.epoch("us").fill_null(fixed)
    if (micros < _EPOCH_1900).any():
        micros = micros.set(micros < _EPOCH_1900, None)
    wrong = texts.is_not_null() & micros.is_null()
    gap = local.is_not_null() & cut.is_null()
    return Parsed(micros, wrong & ~gap, gap)


def instant(text: str, zone: str) -> int | None:
    """Microseconds UTC of one time, read in one way only; None for what is none."""
    micros: int | None = times(pl.Series([text.strip()]), None, zone).values[0]
    return micros


def dates(texts: pl.Series, formats: Sequence[str] | None) -> Parsed:
    """Int32 days since 1970; a time of day or an offset that stands with the date is left out."""
    local, fixed = _instants(texts, formats)
    days = local.dt.date().to_physical()
    if fixed is not None:
        days = days.fill_null((fixed // 86_400_000_000).cast(pl.Int32))
    return Parsed(days, texts.is_not_null() & days.is_null())


def _instants(texts: pl.Series, formats: Sequence[str] | None) -> tuple[pl.Series, pl.Series | None]:
    """(local Datetime where no offset is stated, Int64 micros UTC where one is). Formats are tried in order, each on
    what the ones before it left.
    """
    local, fixed, left = None, None, len(texts) - texts.null_count()
    for form in (*(YEAR_FIRST if formats is None else formats), *_ALWAYS):
        read = _read(texts, form)
        if read.dtype == pl.Datetime("us"):
            local = read if local is None else local.fill_null(read)
        elif read.null_count() < len(read):
            fixed = read.dt.epoch("us") if fixed is None else fixed.fill_null(read.dt.epoch("us"))
        found = 0 if local is None else len(local) - local.null_count()
        if found + (0 if fixed is None else len(fixed) - fixed.null_count()) == left:
            break
    nothing = pl.Series(texts.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(texts))
    return nothing if local is None else local, fixed


def _read(texts: pl.Series, form: str) -> pl.Series:
    if form == EXCEL:
        days = texts.cast(pl.Float64, strict=False)
        millis = ((days - _EXCEL_EPOCH_DAYS) * 86_400_000).round()
        sane = (days >= _EXCEL_1950) & (days < _EXCEL_2100)
        return (
            millis.set(~sane.fill_null(value=False), None)
            .cast(pl.Int64)
            .cast(pl.Datetime("ms"))
            .cast(pl.Datetime("us"))
        )
    return texts.str.to_datetime(form, strict=False, time_unit="us")


def readable(form: str) -> bool:
    """Whether a format can be used at all."""
    if form == EXCEL:
        return True
    if "%" not in form:
        return False
    probe = datetime(2026, 3, 1, 9, 5, 7, tzinfo=UTC)
    try:
        texts = pl.Series([probe], dtype=pl.Datetime("us", "UTC")).dt.strftime(form.replace("%#z", "%z"))
        return texts.str.to_datetime(form, strict=False, time_unit="us").null_count() == 0
    except PolarsError:
        return False


def numbers(texts: pl.Series, dtype: type[pl.DataType]) -> Parsed:
    """`dtype` numbers (Float64, Int32, Int64); thousands separators and non-finite numbers are not read."""
    values = texts.cast(pl.Float64, strict=False)
    values = values.set(~values.is_finite().fill_null(value=False), None)
    if dtype.is_integer():
        values = values.set((values != values.round()).fill_null(value=False), None).cast(dtype, strict=False)
    return Parsed(values, texts.is_not_null() & values.is_null())


_YES = {"true": True, "yes": True, "1": True, "y": True, "是": True}
_NO = {"false": False, "no": False, "0": False, "n": False, "否": False}


def booleans(texts: pl.Series) -> Parsed:
    """true/false, yes/no, y/n, 1/0, 是/否."""
    words = _YES | _NO
    values = texts.str.to_lowercase().replace_strict(
        list(words), list(words.values()), default=None, return_dtype=pl.Boolean
    )
    return Parsed(values, texts.is_not_null() & values.is_null())


def codes(texts: pl.Series, table: Mapping[str, str], *, keep: bool) -> Parsed:
    """Texts by a code list; an unknown one stays as it is (`keep`) or is wrong."""
    if keep:
        values = texts.replace(list(table), list(table.values()))
        return Parsed(values, texts.is_null() & texts.is_not_null())
    values = texts.replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)
    return Parsed(values, texts.is_not_null() & values.is_null())


def trimmed(column: str, blanks: Sequence[str]) -> pl.Expr:
    """Without spaces around; empty cells and the words for "nothing" are null."""
    bare = pl.col(column).str.strip_chars()
    return pl.when(~bare.is_in(["", *blanks])).then(bare).alias(column)


def digits_lost(column: str) -> pl.Expr:
    """True where an identifier was turned into a rounded number such as 1.2E+19."""
    return pl.col(column).str.contains(DIGITS_LOST.pattern).fill_null(value=False)
