"""The lives of many entities at once: where in the facts frame an entity's first, last, n-th step of a kind stands.

The facts of an entity stand together and in order, so everything here is arithmetic on row numbers ("positions"): a
position of −1 (`NONE`) says that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from projections.model import TIMESTAMP

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ANNULMENT: Final = "EventAnnulled"
NONE: Final = -1
"""A position that does not exist."""
NEVER: Final = np.iinfo(np.int64).min
"""An instant that is not stated."""


class Lives:
    """Facts grouped by entity. `keys`: the entities, ascending; `entity`: for each fact the number of its entity."""

    def __init__(self, facts: pl.DataFrame) -> None:
        self.facts = facts
        changes = facts["key"].ne_missing(facts["key"].shift()).to_numpy()
        self.starts: Ints = np.flatnonzero(changes)
        self.entity: Ints = np.cumsum(changes, dtype=np.int64) - 1
        self.keys = facts["key"].gather(self.starts)
        self._codes = facts["type"].to_physical().to_numpy()
        self._ordinals = {name: code for code, name in enumerate(_names(facts))}
        self._positions: dict[str, Ints] = {}

    @property
    def count(self) -> int:
        """How many entities there are."""
        return len(self.starts)

    def of(self, *types: str) -> Ints:
        """Positions of the facts of some types, ascending."""
        found = [self._of(name) for name in types]
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))

    def _of(self, name: str) -> Ints:
        if name not in self._positions:
            self._positions[name] = np.flatnonzero(self._codes == self._ordinals[name])
        return self._positions[name]

    def first(self, positions: Ints) -> Ints:
        """For each entity the first of these positions."""
        return first(self.entity, positions, self.count)

    def last(self, positions: Ints) -> Ints:
        """For each entity the last of these positions."""
        return last(self.entity, positions, self.count)

    def number(self, positions: Ints) -> pl.Series:
        """For each entity how many of these positions are its own (Int32)."""
        return pl.Series(np.bincount(self.entity[positions], minlength=self.count), dtype=pl.Int32)

    def value(self, name: str, positions: Ints) -> pl.Series:
        """The column `name` at each position, null at `NONE`."""
        return at(self.facts[name], positions)

    def until(self, positions: Ints, here: Ints) -> Ints:
        """For each position `here` the last of the ascending `positions` up to it, itself included, of the same
        entity.
        """
        found = np.append(positions, NONE)[np.searchsorted(positions, here, side="right") - 1]
        return np.where((found >= 0) & (self.entity[found] == self.entity[here]), found, NONE)

    def micros_of(self, name: str, positions: Ints) -> Ints:
        """The instant in a column at each position, in micros UTC; `NEVER` where there is none."""
        return self.value(name, positions).to_physical().fill_null(NEVER).to_numpy()

    def is_of(self, positions: Ints, *types: str) -> Bools:
        """For each position whether its fact is of one of these types; false at `NONE`."""
        return (positions >= 0) & np.isin(self._codes[positions], [self._ordinals[name] for name in types])

    def word(self, positions: Ints, words: Mapping[str, str], otherwise: str) -> pl.Series:
        """The word for the type of the fact at each position; `otherwise` where there is none."""
        types = sorted(words, key=self._ordinals.__getitem__)
        codes = np.searchsorted([self._ordinals[name] for name in types], self._codes[positions])
        return chosen([*(words[name] for name in types), otherwise], np.where(positions >= 0, codes, len(types)))

    def granted(self, name: str) -> Ints:
        """Positions of the decisions of a type that were granted."""
        decisions = self.of(name)
        return decisions[self.true("granted")[decisions]] if len(decisions) else decisions

    def true(self, name: str) -> Bools:
        """For each fact whether a Boolean column is true; null is not."""
        return self.facts[name].fill_null(value=False).to_numpy()

    def has(self, name: str) -> Bools:
        """For each fact whether a column is stated."""
        return self.facts[name].is_not_null().to_numpy()

    @cached_property
    def stated(self) -> Bools:
        """For each fact whether the source stated its time: only such times enter response times."""
        return self.facts["occurred_at_basis"].is_null().to_numpy()

    @cached_property
    def micros(self) -> Ints:
        """For each fact when it occurred, in micros UTC."""
        return self.facts["occurred_at"].to_physical().to_numpy()

    def when(self, positions: Ints) -> Ints:
        """When the facts at these positions occurred, in micros UTC; `NEVER` at `NONE`."""
        return np.where(positions >= 0, self.micros[positions], NEVER) if len(self.micros) else self.micros

    def seconds(self, begin: Ints, end: Ints) -> pl.Series:
        """Whole seconds (floor, Int64) between two facts; null unless both exist and their times are stated."""
        if not len(self.micros):
            return pl.Series([], dtype=pl.Int64)
        known = (begin >= 0) & (end >= 0) & self.stated[begin] & self.stated[end]
        return nullable((self.micros[end] - self.micros[begin]) // 1_000_000, known)


_latest: list[tuple[pl.DataFrame, Lives]] = []


def lives_of(facts: pl.DataFrame) -> Lives:
    """The lives in a facts frame, without annulments, which say nothing about the entity itself.

    Several projections look at the same frame: the latest one is not grouped again.
    """
    if not (_latest and _latest[0][0] is facts):
        _latest[:] = [(facts, Lives(_without_annulments(facts)))]
    return _latest[0][1]


def _names(facts: pl.DataFrame) -> Iterable[str]:
    dtype = facts.schema["type"]
    assert isinstance(dtype, pl.Enum)
    return dtype.categories


def _without_annulments(facts: pl.DataFrame) -> pl.DataFrame:
    annuls = facts["type"] == ANNULMENT
    return facts.filter(~annuls) if annuls.any() else facts


def first(group: Ints, positions: Ints, groups: int) -> Ints:
    """For each group the first of the ascending `positions`; `group`: for each position its group, negative: none."""
    return last(group, positions[::-1], groups)


def last(group: Ints, positions: Ints, groups: int) -> Ints:
    """For each group the last of the ascending `positions`."""
    found = np.full(groups + 1, NONE, np.int64)
    found[group[positions]] = (
        positions  # of repeated indices the last assignment holds; group −1 falls into the spare place
    )
    return found[:groups]


def nullable(values: npt.NDArray[Any], known: Bools) -> pl.Series:
    """Values, null where not known."""
    series = pl.Series(values)
    return series if known.all() else series.set(pl.Series(~known), None)


def instants(micros: Ints) -> pl.Series:
    """Instants of micros UTC, null at `NEVER`."""
    return nullable(micros, micros != NEVER).cast(TIMESTAMP)


def chosen(texts: Sequence[str | None], codes: npt.NDArray[Any]) -> pl.Series:
    """For each code its text."""
    return pl.Series(texts, dtype=pl.String).gather(pl.Series(codes, dtype=pl.UInt32))


def at(column: pl.Series, positions: Ints) -> pl.Series:
    """The value of a column at each position, null at `NONE`."""
    if column.null_count() == len(column):
        return pl.Series([None], dtype=column.dtype).new_from_index(0, len(positions))
    return column.gather(_nullable(positions))


def _nullable(positions: Ints) -> pl.Series:
    series = pl.Series(positions)
    return series if not len(positions) or positions.min() >= 0 else series.set(pl.Series(positions < 0), None)
