"""By what a report can be split: where a dimension stands in the rows, what its values are called, and their order.

Values are what people call things: the registered name of a place or party (its id where it has no name), the source's
own code or text for category, status, sub-status, channel…, an ISO day or month. Beside a place or party stands its id,
as `<dimension>_id`. A missing place is `unlocated` (未定位), a missing party `unassigned` (未分派), any other missing
value null.

Order: days and months ascend; statuses go as a life does; places and parties go by sort number (without one:
last), then by name (code points, COLLATE "C"); codes and texts, which have no official order, by their share, largest
first, then by text. What is missing comes last. With several dimensions, the first one leads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.reports.metrics import Text
from linli.reports.session import Row, Session

UNLOCATED = "unlocated"
UNASSIGNED = "unassigned"
STATUSES = ("open", "closed", "voided", "referred")
STAGES = (
    "filed_to_dispatched",
    "dispatched_to_signed",
    "dispatched_to_handled",
    "handled_to_followed_up",
    "filed_to_closed",
)
"""Stages of a case in the order of its life."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """`column`: its column in `cases` and `dispatches`. `register`: the table that names its values, for places and
    parties.

    `order`: its values, where we ourselves lay down which there are and in which order.
    """

    name: str
    column: str
    header: Text
    register: str | None = None
    missing: str | None = None
    ascending: bool = False
    order: tuple[str, ...] = ()


_ALL = (
    Dimension("source", "source", Text("source", "来源")),
    Dimension("status", "status", Text("status", "状态"), order=STATUSES),
    Dimension("sub_status", "sub_status", Text("sub-status", "来源状态")),
    Dimension("category", "category", Text("category", "类别")),
    Dimension("request_type", "request_type", Text("request type", "诉求类型")),
    Dimension("urgency", "urgency", Text("urgency", "紧急程度")),
    Dimension("channel", "channel", Text("channel", "渠道")),
    Dimension("place", "place_id", Text("place", "地点"), "place", UNLOCATED),
    Dimension("party", "party_id", Text("party", "主体"), "party", UNASSIGNED),
    Dimension("day", "filed_day", Text("day filed", "受理日"), ascending=True),
    Dimension("month", "to_char({alias}.filed_day, 'YYYY-MM')", Text("month filed", "受理月"), ascending=True),
)
DIMENSIONS: Mapping[str, Dimension] = {dimension.name: dimension for dimension in _ALL}
STAGE = Dimension("stage", "stage", Text("stage", "阶段"), order=STAGES)
_KNOWN = {**DIMENSIONS, STAGE.name: STAGE}

CHINESE = {
    UNLOCATED: "未定位",
    UNASSIGNED: "未分派",
    "open": "未结",
    "closed": "已结",
    "voided": "作废",
    "referred": "转出",
    "total": "合计",
}
"""Our own code words in Chinese; what a source calls something stays as it is."""

STAGE_LABELS = {
    "filed_to_dispatched": Text("filed→dispatched", "受理→派单"),
    "dispatched_to_signed": Text("dispatch→signed", "派单→签收"),
    "dispatched_to_handled": Text("dispatch→handled", "派单→办理"),
    "handled_to_followed_up": Text("handled→follow-up", "办理→回访"),
    "filed_to_closed": Text("filed→closed", "受理→结案"),
}
"""Stages as a terminal shows them; machines read the names."""


@dataclass(frozen=True, slots=True)
class Registered:
    """How a place or party is called, and where it stands in the official order."""

    name: str
    sort_number: int | None = None

    @property
    def order(self) -> tuple[bool, int, str]:
        """Sort number, nulls last, then name."""
        return (self.sort_number is None, self.sort_number or 0, self.name)


def expression(dimension: Dimension, alias: str) -> str:
    """The dimension's SQL over a table of that alias."""
    column = dimension.column
    return column.replace("{alias}", alias) if "{alias}" in column else f"{alias}.{column}"


_REGISTERS = {
    "place": "SELECT place_id AS id, name, sort_number FROM places WHERE place_id = ANY(%(ids)s)",
    "party": "SELECT party_id AS id, name, sort_number FROM parties WHERE party_id = ANY(%(ids)s)",
}


def registered(session: Session, register: str, ids: Iterable[str | None]) -> dict[str, Registered]:
    """Names and order of places (`place`) or parties (`party`) by id; an id that is not registered is called by
    itself.
    """
    wanted = sorted({identity for identity in ids if identity is not None})
    found = {
        row["id"]: Registered(row["name"], row["sort_number"]) for row in session.rows(_REGISTERS[register], ids=wanted)
    }
    return {identity: found.get(identity, Registered(identity)) for identity in wanted}


def named(session: Session, rows: Sequence[Row], by: Sequence[str], weight: str) -> list[Row]:
    """Rows whose dimension columns hold ids → the same rows with names, `<dimension>_id` beside them, in order.

    `weight`: the measure by which texts are ordered.
    """
    told = [dict(row) for row in rows]
    orders = []
    for name in by:
        dimension = _KNOWN[name]
        names = registered(session, dimension.register, (row[name] for row in told)) if dimension.register else {}
        orders.append(_order(dimension, told, names, weight))
        if dimension.register:
            told = [_with_name(row, dimension, names) for row in told]
    keys = [tuple(order[_key(row, name)] for name, order in zip(by, orders, strict=True)) for row in told]
    return [told[index] for index in sorted(range(len(told)), key=keys.__getitem__)]


def _key(row: Row, name: str) -> Any:
    return row.get(f"{name}_id", row[name]) if _KNOWN[name].register else row[name]


def _with_name(row: Row, dimension: Dimension, names: Mapping[str, Registered]) -> Row:
    """The row with the name in the dimension's place and the id right behind it."""
    out: Row = {}
    for column, value in row.items():
        if column == dimension.name:
            out[column] = names[value].name if value is not None else dimension.missing
            out[f"{column}_id"] = value
        else:
            out[column] = value
    return out


def _order(
    dimension: Dimension, rows: Sequence[Row], names: Mapping[str, Registered], weight: str
) -> dict[Any, tuple[Any, ...]]:
    """Value → its sort key; what is missing comes last."""
    totals: Counter[Any] = Counter()
    for row in rows:
        totals[row[dimension.name]] += row[weight]
    return {value: (value is None, *_rank(dimension, value, names, total)) for value, total in totals.items()}


def _rank(dimension: Dimension, value: Any, names: Mapping[str, Registered], total: int) -> tuple[Any, ...]:
    if value is None:
        return ()
    if dimension.register:
        return (*names[value].order, value)
    if dimension.order:
        return (dimension.order.index(value) if value in dimension.order else len(dimension.order), value)
    return (value,) if dimension.ascending else (-total, value)
