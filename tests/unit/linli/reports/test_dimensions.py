"""Official order: what people expect to find where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from linli.reports.dimensions import DIMENSIONS, named


@dataclass
class Register:
    """A session whose only table is a register."""

    entries: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    def rows(self, query: str, **given: Any) -> list[dict[str, Any]]:
        known = ((identity, *self.entries[identity]) for identity in given["ids"] if identity in self.entries)
        return [{"id": identity, "name": name, "sort_number": number} for identity, name, number in known]


def order(name: str, values: dict[Any, int], entries: dict[str, tuple[str, int | None]] | None = None) -> list[Any]:
    rows = [{name: value, "cases": cases} for value, cases in values.items()]
    return [row[name] for row in named(Register(entries or {}), rows, (name,), "cases")]  # type: ignore[arg-type]


def test_statuses_go_as_a_life_does() -> None:
    assert order("status", {"referred": 9, "closed": 5, "open": 1}) == ["open", "closed", "referred"]


def test_texts_go_by_share_and_what_is_missing_comes_last() -> None:
    assert order("category", {None: 99, "b": 2, "a": 2, "c": 7}) == ["c", "a", "b", None]


def test_days_ascend() -> None:
    assert order("day", {"2023-03-02": 1, "2023-03-01": 9}) == ["2023-03-01", "2023-03-02"]


def test_parties_go_by_sort_number_then_name() -> None:
    entries = {"1": ("Zebra", 1), "2": ("B", None), "3": ("A", None), "4": ("Y", 2)}
    assert order("party", {"2": 1, "4": 1, None: 5, "3": 1, "1": 1}, entries) == ["Zebra", "Y", "A", "B", "unassigned"]


def test_an_id_that_is_not_registered_is_called_by_itself() -> None:
    assert order("place", {"x:9": 1, None: 1}) == ["x:9", "unlocated"]


def test_the_first_dimension_leads() -> None:
    rows = [{"category": c, "day": d, "cases": n} for c, d, n in (("a", 2, 1), ("b", 1, 5), ("a", 1, 1))]
    assert [(row["category"], row["day"]) for row in named(Register(), rows, ("category", "day"), "cases")] == [  # type: ignore[arg-type]
        ("b", 1), ("a", 1), ("a", 2),
    ]  # fmt: skip


def test_every_dimension_is_named_in_both_languages() -> None:
    assert all(dimension.header.en and dimension.header.zh for dimension in DIMENSIONS.values())
