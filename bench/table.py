"""The figures as Markdown: one line a system, targets with verdicts, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.imports import Imported
from bench.runner import CASES, COUNTS, SMALL_BATCHES, SYSTEMS, Outcome, Results

BEGIN: Final = "<!-- figures: written by `make bench` -->"
END: Final = "<!-- end of figures -->"
NAMES: Final[Mapping[str, str]] = {
    "stock_faust": "Faust, per event",
    "quix": "Quix Streams",
    "bytewax": "Bytewax",
    "linli": "**Linli**",
}
NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Target:
    """What must hold: a figure that is at least (or, with `most`, at most) so much."""

    what: str
    figure: Callable[[Results, Imported | None], float | None]
    bound: float
    unit: str = ""
    most: bool = False

    def line(self, results: Results, imported: Imported | None) -> tuple[str, str, str, str]:
        """(what, figure, target, verdict)."""
        figure = self.figure(results, imported)
        sign = "≤" if self.most else "≥"
        if figure is None:
            return self.what, NONE, f"{sign} {self.bound:,.0f}{self.unit}", "not measured"
        met = figure <= self.bound if self.most else figure >= self.bound
        return (
            self.what,
            f"{_told(figure)}{self.unit}",
            f"{sign} {self.bound:,.0f}{self.unit}",
            "met" if met else "**missed**",
        )


def _rate(outcome: Outcome) -> float:
    return outcome.rate


TARGETS: Final = (
    Target("(a) events/s", lambda results, _: results.median(COUNTS, "linli", _rate), 150_000),
    Target("(a) against Faust per event", lambda results, _: results.ratio(COUNTS, "stock_faust"), 15, "×"),
    Target("(a) against Quix Streams", lambda results, _: results.ratio(COUNTS, "quix"), 3, "×"),
    Target("(b) events/s, one worker", lambda results, _: results.median(CASES, "linli", _rate), 40_000),
    Target("(b) against Faust per event", lambda results, _: results.ratio(CASES, "stock_faust"), 8, "×"),
    Target(
        "(b) in batches of 20,000: entity touches/s",
        lambda results, _: results.median(SMALL_BATCHES, "linli", lambda outcome: outcome.touch_rate),
        12_000,
    ),
    Target("`linli import`: rows/s", lambda _, imported: imported.rate if imported else None, 20_000),
    Target("peak memory of a Linli worker", lambda results, _: results.memory("linli"), 600, " MiB", most=True),
)


def markdown(results: Results, imported: Imported | None, notes: Sequence[str]) -> str:
    """Everything between the two marks of `docs/benchmarks.md`. `notes`: how, on what, with which versions."""
    parts = ["\n".join(f"- {note}" for note in notes)]
    parts += [
        _section(results, task, title) for task, title in _SECTIONS if any(name == task for name, _ in results.outcomes)
    ]
    if imported is not None:
        told = f"{imported.rows:,} rows → {imported.events:,} events in {imported.seconds:.1f} s"
        parts.append(f"### Import\n\n`linli import`: {told}, {imported.rate:,.0f} rows/s.")
    lines = [target.line(results, imported) for target in TARGETS]
    parts.append("### Targets\n\n" + _table(("what", "figure", "target", "verdict"), lines))
    return "\n\n".join(parts)


_SECTIONS: Final = (
    (COUNTS, "(a) Decode, and count by place, category and day in memory"),
    (CASES, "(b) Case rows and two roll-ups into PostgreSQL"),
    (SMALL_BATCHES, "(b) again, in batches of at most 20,000 events"),
)
_HEADERS: Final = (
    "system", "events/s", "Linli is", "entities/s", "events a batch", "entities a batch", "events taken", "peak memory",
)  # fmt: skip


def _section(results: Results, task: str, title: str) -> str:
    lines = [_line(results, task, system) for system in SYSTEMS if (task, system) in results.outcomes]
    return f"### {title}\n\n{_table(_HEADERS, lines)}"


def _line(results: Results, task: str, system: str) -> tuple[str, ...]:
    ratio = results.ratio(task, system) if system != "linli" else None
    touches = results.median(task, system, lambda outcome: outcome.touch_rate)
    events, entities = (results.median(task, system, a_batch) for a_batch in (_events_a_batch, _entities_a_batch))
    taken = results.median(task, system, lambda outcome: outcome.events)
    whole = all(outcome.finished for outcome in results.outcomes[task, system])
    return (
        NAMES[system],
        _told(results.median(task, system, _rate)),
        f"{_told(ratio)}× as fast" if ratio else NONE,
        _told(touches or None),
        _told(events or None),
        _told(entities or None),
        f"{taken or 0:,.0f}{'' if whole else ' (stopped)'}",
        f"{results.median(task, system, lambda outcome: outcome.memory_mib) or 0:,.0f} MiB",
    )


def _events_a_batch(outcome: Outcome) -> float:
    return outcome.events / outcome.batches if outcome.batches else 0.0


def _entities_a_batch(outcome: Outcome) -> float:
    return outcome.touches / outcome.batches if outcome.batches else 0.0


def _told(figure: float | None) -> str:
    if figure is None:
        return NONE
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}"


def _table(headers: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(headers) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headers, rule, *lines))


def machine() -> str:
    """Cores, processor, memory, system and Python of this machine."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    cores = len(os.sched_getaffinity(0))
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{cores} cores ({_processor()}), {pages / 2**30:.0f} GiB, {system}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def put_into(page: Path, figures: str) -> None:
    """Replace what stands between the marks of a page; ValueError when it has none."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")
