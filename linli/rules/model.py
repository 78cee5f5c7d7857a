"""The tables of a rules file besides calendars; keys are the fields of the events (`docs/rules.md` explains each)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from linli.rules.tables import Code, Dated, Local, Number, Table, Zone, mistake
from projections import reporting_periods
from projections.dates import number

Percent = Annotated[int, Field(ge=1, le=1000)]
_DAY = 86_400_000_000


class Category(Dated):
    """A code of a code list, such as a category of complaints. 代码（类别）"""

    event: ClassVar[str] = "CategoryDefined"
    prefix: ClassVar[str] = "code"

    list: Code = "category"
    code: Code
    parent_code: Code | None = None
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    sort_number: int | None = None
    feed: str | None = None

    def natural_key(self) -> str:
        return "/".join(part for part in (self.list, self.feed, self.code) if part)

    @model_validator(mode="after")
    def _below_another(self) -> Self:
        if self.parent_code == self.code:
            mistake("parent_code", self.code, "another code than its own")
        return self


class ServiceLevel(Local):
    """How long a stage of a case may take. 办理时限"""

    event: ClassVar[str] = "ServiceLevelSet"
    prefix: ClassVar[str] = "service_level"

    category: Code | None = None
    request_type: Code | None = None
    urgency: Code | None = None
    stage: Literal["sign", "verify", "dispatch", "handle", "check", "follow_up", "close"]
    level: Code | None = None
    role: Literal["lead", "co"] | None = None
    limit: int = Field(ge=1)
    unit: Literal["minutes", "hours", "days"]
    clock: Literal["working", "elapsed"]
    starts: Literal["at_once", "next_working_day"] = "at_once"
    ends: Literal["exact", "office_day"] = "exact"
    warn_percent: Percent | None = None
    region: Code | None = None


class Interval(Table):
    """One period of a list: local days, the second exclusive."""

    label: str = Field(min_length=1)
    from_day: date
    to_day: date


_CUTS = {
    "cut_weekday": ("week",),
    "cut_day": ("month", "quarter", "half_year", "year"),
    "cut_month": ("quarter", "half_year", "year"),
    "intervals": ("listed",),
}


class Period(Dated):
    """How time is cut for reports. 统计周期"""

    event: ClassVar[str] = "PeriodDefined"
    prefix: ClassVar[str] = "period"

    period: Code
    name_zh: str | None = None
    name_en: str | None = None
    kind: Literal["day", "week", "month", "quarter", "half_year", "year", "listed"]
    time_zone: Zone | None = None
    cut_minute: int | None = Field(default=None, ge=0, lt=1440)
    cut_weekday: int | None = Field(default=None, ge=1, le=7)
    cut_day: int | None = Field(default=None, ge=1, le=28)
    cut_month: int | None = Field(default=None, ge=1, le=12)
    labelled_by: Literal["start", "end"] | None = None
    label_format: str | None = None
    intervals: list[Interval] | None = Field(default=None, min_length=1)

    def natural_key(self) -> str:
        return self.period

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for key, kinds in _CUTS.items():
            if getattr(self, key) is not None and self.kind not in kinds:
                mistake(
                    key, getattr(self, key), f"no such key for kind {self.kind!r}: it belongs to {', '.join(kinds)}"
                )
        if self.kind == "listed":
            _in_order(self.intervals)
        else:
            self._labels_differ()
        return self

    def _labels_differ(self) -> None:
        begin, end = (number(date(year, 1, 1)) * _DAY for year in (2020, 2029))
        cut = reporting_periods.period_of(self.model_dump())
        told = reporting_periods.periods_within(cut, "UTC", begin, end)["period"]
        if told.n_unique() < len(told):
            mistake(
                "label_format", self.label_format, "a label that tells every period from all others, such as %Y-%m-%d"
            )


def _in_order(intervals: list[Interval] | None) -> None:
    if intervals is None:
        mistake("intervals", None, "the periods, since kind is listed")
    labels = [one.label for one in intervals]
    for place, one in enumerate(intervals):
        if one.to_day <= one.from_day:
            mistake("intervals", one.to_day, f"a to_day after {one.from_day} in {one.label!r}")
        if place and one.from_day < intervals[place - 1].to_day:
            mistake("intervals", one.from_day, f"a from_day of {one.label!r} not before {intervals[place - 1].to_day}")
        if labels.count(one.label) > 1:
            mistake("intervals", one.label, "each label once")


class Metric(Dated):
    """What a published number means. 指标"""

    event: ClassVar[str] = "MetricDefined"
    prefix: ClassVar[str] = "metric"

    metric: Code
    version: int = Field(ge=1)
    name_zh: str | None = None
    name_en: str | None = None
    numerator: str = Field(min_length=1)
    denominator: str | None = None
    population: str = Field(min_length=1)
    time_axis: Code
    settled: Literal["end", "now"] | None = None
    unit: Code | None = None
    weights: dict[str, Number] = Field(default_factory=dict)
    minimum_sample: int | None = Field(default=None, ge=1)
    better: Literal["higher", "lower"] | None = None

    def natural_key(self) -> str:
        return f"{self.metric}/{self.version}"

    def values(self) -> dict[str, Any]:
        told = [{"key": key, "value": format(weight.normalize(), "f")} for key, weight in sorted(self.weights.items())]
        return {**super().values(), "weights": told}


class Obligation(Local):
    """Somebody owes something so many times in each period. 应办义务"""

    event: ClassVar[str] = "ObligationSet"
    prefix: ClassVar[str] = "obligation"

    name_zh: str | None = None
    name_en: str | None = None
    bearer_kind: Literal["party", "party_kind", "person", "role", "duty"]
    bearer: str = Field(min_length=1)
    target_kind: Literal["place_kind", "party_kind"] | None = None
    target: Code | None = None
    event_type: str = Field(pattern=r"^linli\.[a-z]+\.[A-Z][A-Za-z]+$")
    filters: dict[str, str] = Field(default_factory=dict)
    bearer_field: str | None = None
    target_field: str | None = None
    at_least: int = Field(default=1, ge=1)
    period: Code

    @model_validator(mode="after")
    def _of_a_kind(self) -> Self:
        if (self.target_kind is None) != (self.target is None):
            mistake("target", self.target, "target and target_kind together, or neither")
        return self

    def values(self) -> dict[str, Any]:
        told = [{"key": key, "value": value} for key, value in sorted(self.filters.items())]
        return {**super().values(), "filters": told}


class Step(Table):
    """A step of a ladder: after a share of the limit, or after seconds of the stage's clock."""

    level: Code
    after_percent: Percent | None = None
    after_seconds: int | None = Field(default=None, ge=1)
    to_party_id: str | None = None
    to_duty: Code | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.after_percent is None) == (self.after_seconds is None):
            mistake("after_percent", self.after_percent, "either after_percent or after_seconds")
        if self.to_party_id is not None and self.to_duty is not None:
            mistake("to_duty", self.to_duty, "to_party_id or to_duty, not both")
        return self


class Ladder(Local):
    """After which time a matter goes to the next level. 升级规则"""

    event: ClassVar[str] = "EscalationLadderSet"
    prefix: ClassVar[str] = "ladder"

    category: Code | None = None
    request_type: Code | None = None
    urgency: Code | None = None
    stage: Literal["sign", "verify", "dispatch", "handle", "check", "follow_up", "close"] | None = None
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        for key in ("after_percent", "after_seconds"):
            told = [value for value in (getattr(step, key) for step in self.steps) if value is not None]
            if any(later <= earlier for earlier, later in pairwise(told)):
                mistake(
                    "steps", ", ".join(map(str, told)), f"steps of which each has a greater {key} than the one before"
                )
        return self


class AlarmRule(Local):
    """Which alarms become a case. 报警立案规则"""

    event: ClassVar[str] = "AlarmRuleSet"
    prefix: ClassVar[str] = "alarm_rule"

    device_kind: Code | None = None
    alarm_kind: Code | None = None
    comparison: Literal["at_least", "at_most"] | None = None
    threshold: Number | None = None
    unit: str | None = None
    window_seconds: int = Field(ge=1)
    category: Code | None = None
    request_type: Code | None = None
    urgency: Code | None = None

    @model_validator(mode="after")
    def _compares(self) -> Self:
        for key in ("comparison", "unit"):
            if getattr(self, key) is not None and self.threshold is None:
                mistake(key, getattr(self, key), "a threshold beside it")
        return self

    def values(self) -> dict[str, Any]:
        told = super().values()
        return told if self.threshold is None else {**told, "threshold": float(self.threshold)}
