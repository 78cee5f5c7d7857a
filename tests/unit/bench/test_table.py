from __future__ import annotations

from pathlib import Path

import pytest

from bench.imports import Imported, multiplied
from bench.runner import CASES, COUNTS, DisagreementError, Outcome, Results, agree
from bench.table import BEGIN, END, TARGETS, markdown, put_into


def outcome(system: str, task: str = COUNTS, seconds: float = 10.0, **other: object) -> Outcome:
    told = {"events": 1_600_000, "touches": 0, "batches": 0, "memory_mib": 400.0, "digest": "same", "finished": True}
    return Outcome(system=system, task=task, seconds=seconds, **{**told, **other})  # type: ignore[arg-type]


def results(*outcomes: Outcome) -> Results:
    found = Results()
    for one in outcomes:
        found.add(one)
    return found


def test_figures_are_medians_and_ratios_are_of_one_run() -> None:
    found = results(*(outcome("linli", seconds=s) for s in (10, 2, 11)), outcome("quix", seconds=40))

    assert found.median(COUNTS, "linli", lambda one: one.rate) == 160_000
    assert found.ratio(COUNTS, "quix") == 4.0
    assert found.ratio(COUNTS, "bytewax") is None


def test_verdicts() -> None:
    found = results(outcome("linli", memory_mib=601), outcome("quix", seconds=29), outcome("stock_faust", seconds=160))

    verdicts = {line[0]: line[3] for line in (target.line(found, Imported(100, 200, 1.0)) for target in TARGETS)}

    assert verdicts == {
        "(a) events/s": "met",
        "(a) against Faust per event": "met",
        "(a) against Quix Streams": "**missed**",
        "(b) events/s, one worker": "not measured",
        "(b) against Faust per event": "not measured",
        "(b) in batches of 20,000: entity touches/s": "not measured",
        "`linli import`: rows/s": "**missed**",
        "peak memory of a Linli worker": "**missed**",
    }


def test_the_table_tells_who_was_stopped() -> None:
    stopped = outcome("stock_faust", CASES, events=60_000, touches=60_000, batches=60_000, finished=False)

    text = markdown(results(stopped, outcome("linli", CASES)), None, ["notes"])

    assert "| Faust, per event | 6,000 | 26.7× as fast | 6,000 | 1.0 | 1.0 | 60,000 (stopped) | 400 MiB |" in text


def test_systems_that_disagree_are_named() -> None:
    agree([outcome("linli"), outcome("quix", digest="other", finished=False)])

    with pytest.raises(DisagreementError, match="linli, bytewax: same; quix: other"):
        agree([outcome("linli"), outcome("bytewax"), outcome("quix", digest="other")])


def test_figures_go_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")

    put_into(page, "new")

    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="has no"):
        put_into(page, "new")


def test_a_file_many_times_over_keeps_its_order_and_renumbers(tmp_path: Path) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text('srnumber,what\n1-7,"a, b"\n1-5,c\n', encoding="utf-8")

    multiplied(source, target, 2)

    assert target.read_text(encoding="utf-8") == 'srnumber,what\n1-7-0,"a, b"\n1-5-0,c\n1-7-1,"a, b"\n1-5-1,c\n'
