"""No number without its definition."""

from __future__ import annotations

from linli.reports import REPORTS, accountability
from linli.reports.metrics import METRICS, ON_TIME


def test_ids_are_unique_and_every_text_is_in_both_languages() -> None:
    assert len({metric.id for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        for text in (metric.definition, metric.population, metric.time_axis):
            assert text.told("en")
            assert text.told("zh")
            assert text.en != text.zh


def test_a_ratio_names_numerator_and_denominator() -> None:
    assert all(metric.numerator and metric.denominator for metric in ON_TIME.values())


def test_each_denominator_has_its_metric() -> None:
    assert ON_TIME.keys() == accountability.DENOMINATORS.keys()


def test_reports_that_others_rely_on() -> None:
    assert list(REPORTS) == ["counts", "response-times", "accountability"]
