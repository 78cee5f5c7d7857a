"""`python -m bench`: load, check, measure, tell. `docs/benchmarks.md` is written when everything was measured."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import click
import psycopg

from bench import environments, imports, table
from bench.load import STEPS, Load
from bench.parts import Topic, remove_other, running
from bench.runner import CASES, COUNTS, SYSTEMS, Course, Results, check, measure
from linli.home import Endpoints

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "benchmarks.md"
SEED: Final = 7
CHECK_EVENTS: Final = 16_000
TASKS: Final = {"a": [COUNTS], "b": [CASES], "import": []}


@click.command()
@click.option("--events", default=1_000_000, show_default=True, help="Events in the topic, eight a case.")
@click.option("--repeat", default=3, show_default=True, help="Rounds, each system once a round; medians are told.")
@click.option("--only", type=click.Choice(["a", "b", "import"]), help="One part only; the page is not written.")
@click.option(
    "--patience", default=60.0, show_default=True, help="Seconds after which a slow system is stopped; 0: never."
)
@click.option(
    "--copies", default=20, show_default=True, help="How many times over the file of the import has its rows."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="LINLI_TEST_DATA",
    default=ROOT.parent / "shared" / "data",
    help="Folder of the city data.  [env: LINLI_TEST_DATA]",
)
@click.option(
    "--home", type=click.Path(path_type=Path), default=ROOT / ".linli-bench", help="Environments, parts, logs."
)
@click.option("--keep", is_flag=True, help="Leave the parts and the load for the next run.")
def main(
    *, events: int, repeat: int, only: str | None, patience: float, copies: int, data: Path, home: Path, keep: bool
) -> None:
    """The same work by Linli, stock Faust, Quix Streams and Bytewax, on the same topic, in alternation."""
    home = home.absolute()
    events -= events % len(STEPS)
    tasks = TASKS[only] if only else [COUNTS, CASES]
    results, notes = (
        _systems(home, tasks, events, repeat, patience or float("inf"), keep=keep) if tasks else (Results(), [])
    )
    imported = _imported(home, data, copies) if only in (None, "import") else None
    figures = table.markdown(results, imported, notes)
    click.echo(figures)
    if only is None and imported is not None:
        table.put_into(PAGE, figures)


def _systems(
    home: Path, tasks: list[str], events: int, repeat: int, patience: float, *, keep: bool
) -> tuple[Results, list[str]]:
    """All systems at these tasks; the outcomes, and notes on how they came about."""
    pythons = {system: environments.python_of(home / "environments", system, say) for system in SYSTEMS}
    parts, load = home / "parts", Load(SEED, events)
    remove_other(parts, load, say)
    with running(parts, say, keep=keep) as endpoints:
        topic = Topic(parts, endpoints, load)
        course = Course(topic, pythons, home / "scratch", ROOT, patience, say)
        first = min(CHECK_EVENTS, events)
        checked = check(course, tasks, first)
        results = measure(course, tasks, events, repeat)
        notes = [
            f"Measured {time.strftime('%Y-%m-%d')} on {table.machine()}.",
            f"Kafka and PostgreSQL {_postgres_version(endpoints)} on the same machine.",
            *(_versions(system, python) for system, python in pythons.items()),
            f"{events:,} events of {events // len(STEPS):,} cases; medians of rounds in alternation: {repeat}.",
            _comparison(first if checked else 0, patience),
        ]
    return results, notes


def _comparison(first: int, patience: float) -> str:
    """What was seen to be alike; `first`: how many events all systems finished, 0 where a kept topic did not let them."""
    alike = (
        f"All systems ended with identical counts and tables on the first {first:,} events; so did, on"
        if first
        else "On"
    )
    told = "all" if first else "all systems ended with identical counts and tables"
    return f"{alike} the whole topic, {told} that were not still busy after {patience:g} s, when they were stopped."


def _imported(home: Path, data: Path, copies: int) -> imports.Imported | None:
    """The import, where the city data are at hand."""
    if not (data / imports.FILE).exists():
        say(f"import: no {imports.FILE} in {data} (LINLI_TEST_DATA): not measured")
        return None
    return imports.measure(home / "import", data, copies, say)


def _versions(system: str, python: Path) -> str:
    found = environments.versions(python, system)
    return f"{table.NAMES[system]}: {', '.join(f'{name} {version}' for name, version in found.items())}."


def _postgres_version(endpoints: Endpoints) -> str:
    with psycopg.connect(endpoints.postgres_url) as connection:
        return connection.execute("SHOW server_version").fetchone()[0]  # type: ignore[index,no-any-return]


def say(text: str) -> None:
    """A line of progress."""
    click.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


if __name__ == "__main__":
    main()
