"""The mapping file as values: which column is what, and which events a row yields.

Every string that states a value is a template: text with `{column}` or `{column|text when the cell is empty}` in it.
`load.py` reads and checks the file, `plan.py` holds it against the event catalogue.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

Constant = bool | int | float | date | list[str] | str
"""A stated value; a string is a template."""

DEFAULT_TOTALS = ("合计", "总计", "小计", "共计")


class Table(BaseModel):
    """A table of the mapping file: no key that we do not know, no guess at types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Title(Table):
    """What people call the source. 名称"""

    en: str
    zh: str


class FileShape(Table):
    """What the file looks like. 文件格式"""

    format: Literal["csv", "xlsx", "xls", "json", "ndjson"] | None = None
    encoding: Literal["utf-8", "gb18030"] | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | int | None = None
    title_rows: int = Field(default=0, ge=0)
    header_rows: int = Field(default=1, ge=1, le=5)
    totals: list[str] = list(DEFAULT_TOTALS)
    blanks: list[str] = []
    records: str | None = None


class Column(Table):
    """How one column is found and read. 列"""

    header: str | list[str] | None = None
    formats: list[str] | None = None
    time_zone: str | None = None
    codes: dict[str, str] | None = None
    unknown: Literal["reject", "keep"] = "reject"
    optional: bool = False

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        return name if name is None else iana(name)

    def headers(self, name: str) -> list[str]:
        """The header texts under which the column may stand."""
        if self.header is None:
            return [name]
        return [self.header] if isinstance(self.header, str) else self.header


class Conditional(Table):
    """A value that is stated only under a condition."""

    value: Constant
    when: dict[str, Any]


Fields = dict[str, Conditional | Constant]


class Level(Table):
    """One level of the place tree, from the root down. 地点层级"""

    level: str
    kind: str
    key: str
    name: str
    hierarchy: str = "administrative"
    unique: bool = False
    fields: Fields = {}


class Party(Table):
    """A body that a column names. 主体"""

    label: str
    kind: str
    key: str
    name: str
    each: str | None = None
    fields: Fields = {}


class Responsibility(Table):
    """Who answers for a place: both named by the row. 责任"""

    place: str
    party: str
    duty: str
    valid_from: date
    hierarchy: str | None = None
    basis: Literal["own", "fallback"] | None = None


class EventRule(Table):
    """An event that a row yields, and under which condition. 事件"""

    type: str
    at: str | list[str]
    key: str | None = None
    each: str | None = None
    when: dict[str, Any] = {}
    fields: Fields = {}

    @property
    def times(self) -> list[str]:
        """Columns that may state the time, in order of preference."""
        return [self.at] if isinstance(self.at, str) else self.at


class SnapshotRule(Table):
    """For exports of a present state. 快照"""

    exported_at: str | None = None
    changed_at: str | None = None


class Mapping(Table):
    """A whole mapping file."""

    source: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    title: Title
    mode: Literal["log", "snapshot"] = "log"
    time_zone: str
    record_id: str
    record_version: str | None = None
    registered_on: date | None = None
    file: FileShape = FileShape()
    columns: dict[str, Column] = {}
    places: list[Level] = []
    parties: list[Party] = []
    responsibilities: list[Responsibility] = []
    events: list[EventRule] = Field(min_length=1)
    snapshot: SnapshotRule = SnapshotRule()

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        return iana(name)

    def column(self, name: str) -> Column:
        """The rule for a column, or the default one."""
        return self.columns.get(name, _PLAIN)


_PLAIN = Column()


def iana(name: str) -> str:
    """The name, if it is an IANA time zone; ValueError otherwise."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("an IANA time zone such as Asia/Shanghai") from error
    return name
