"""What each published number means, as data: no number is shown without it (design §8).

A definition that changes is a new `version`; the old one stays in the repository's history with its documents.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the languages we publish in."""

    en: str
    zh: str

    def told(self, language: str) -> str:
        """The text in `en` or `zh`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Metric:
    """One published metric. `numerator` and `denominator` are None for what is no ratio."""

    id: str
    version: int
    definition: Text
    population: Text
    time_axis: Text
    numerator: Text | None = None
    denominator: Text | None = None


_CASES = Text("cases whose filing is known", "有受理记录的工单")
_FILED = Text("local day of filing in the time zone of the source", "受理日（按来源所在时区）")

CASE_COUNTS = Metric(
    "case_counts",
    1,
    Text(
        "Distinct cases by their present state: open + closed + voided + referred = cases.",
        "按当前状态统计的工单数（不重复计数）：未结 + 已结 + 作废 + 转出 = 工单总数。",
    ),
    _CASES,
    _FILED,
)

RESPONSE_TIMES = Metric(
    "response_times",
    1,
    Text(
        "Elapsed seconds between the two instants that name the stage, by nearest rank: the smallest duration that at "
        "least 50, 90, 99 % of the durations do not exceed. Exact from the rows up to n = 100,000; beyond, where the "
        "roll-ups have the slice, estimated from buckets within 1 %, and marked.",
        "各阶段起止时刻之间的实际秒数，最近秩法百分位：至少50、90、99%的时长不超过该值。n≤100,000时由明细精确计算；"
        "超过时由汇总桶估计（误差1%以内）并注明。",
    ),
    Text(
        "stages whose start and end are both stated by the source, of cases whose filing is known",
        "起止时刻均由来源给出的阶段（有受理记录的工单）",
    ),
    _FILED,
)

_IN_TIME = Text("finished no later than the deadline in force", "在有效期限内办结")
_ZERO = Text(" 0/0 shows —.", "0/0显示为—。")
_WITH_TARGET = Text("items with a deadline", "有期限的工单或派单")
_PARTS = Text(
    " open_overdue: not finished, deadline before the as-of instant. Items without a deadline are in no denominator.",
    "超期未结：未办结且期限早于截止时刻。无期限者不计入任何分母。",
)


def _on_time(suffix: str, denominator: Text, axis: Text) -> Metric:
    return Metric(
        f"on_time_{suffix}",
        1,
        Text(
            f"on_time_ratio = in_time / ({denominator.en}).{_PARTS.en}{_ZERO.en}",
            f"按期率 = 按期办结 /（{denominator.zh}）。{_PARTS.zh}{_ZERO.zh}",
        ),
        _WITH_TARGET,
        axis,
        _IN_TIME,
        denominator,
    )


_DUE_AXIS = Text(
    "in_time, late, open_overdue: local day of the earlier of finish and deadline; all else: local day of filing",
    "按期、超期、超期未结：办结与期限两者较早之日；其余：受理日",
)

ON_TIME = {
    "due": _on_time(
        "due", Text("in_time + late + open_overdue, due in the period", "本期应办结：按期 + 超期 + 超期未结"), _DUE_AXIS
    ),
    "all": _on_time(
        "all",
        Text(
            "all with a deadline, filed in the period: in_time + late + open_overdue + open_not_due + withdrawn",
            "本期受理的全部有期限者：按期 + 超期 + 超期未结 + 未到期 + 撤销",
        ),
        _FILED,
    ),
    "resolved": _on_time(
        "resolved", Text("in_time + late, filed in the period", "本期受理且已办结：按期 + 超期"), _FILED
    ),
    "resolved_or_overdue": _on_time(
        "resolved_or_overdue",
        Text("in_time + late + open_overdue, filed in the period", "本期受理且已办结或已超期：按期 + 超期 + 超期未结"),
        _FILED,
    ),
}
"""On-time ratio by the name of its denominator: four are in live use; the default is `due`."""

METRICS = (CASE_COUNTS, RESPONSE_TIMES, *ON_TIME.values())
