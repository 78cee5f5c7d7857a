"""`linli report NAME`: numbers out, each with its definition, population and freshness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import Any, TypeVar

import click
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from linli.cli import output
from linli.home import Endpoints, Home
from linli.logview import KafkaLogView
from linli.reports import REPORTS, accountability, counts, response_times, scenario
from linli.reports.ask import ADMINISTRATIVE, Ask, a_day, an_instant, dimensions, period
from linli.reports.document import Document
from linli.reports.freshness import Positions, freshness
from linli.reports.metrics import Text
from linli.reports.scope import sources_of, zone_of
from linli.reports.session import Session, reading
from linli.reports.table import terminal
from linli.settings import Settings, load_settings
from linli.work import parse_positions, wait_for
from producers.scenario.figures import LAST_DAY
from projections.migrate import LIVE
from schemas.catalogue import FAMILIES
from schemas.errors import LinliError, NoProgress

F = TypeVar("F", bound=Callable[..., Any])

KAFKA_SECONDS = 2.0
"""How long a report waits to learn where the log ends."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says, before anything is looked up."""

    report: str
    by: tuple[str, ...]
    place: str | None
    source: str | None
    since: str | None
    until: str | None
    at: str | None
    hierarchy: str
    level: str | None = None
    duty: str | None = None
    denominator: str = "due"
    settled: str = "end"


def _shared(command: F) -> F:
    """The options that every report has."""
    options = [
        click.option(
            "--place", metavar="ID|NAME", help="Only this place and all below it; a name may stand for several."
        ),
        click.option(
            "--hierarchy", default=ADMINISTRATIVE, show_default=True, help="What lies below what, for --place."
        ),
        click.option("--source", metavar="NAME", help="Only cases of this source."),
        click.option("--from", "since", metavar="DAY", help="First local day, YYYY-MM-DD."),
        click.option("--to", "until", metavar="DAY", help="First local day after the period."),
        click.option(
            "--as-of",
            "at",
            metavar="TIME",
            help="The state as at this instant (valid time), ISO 8601; a bare date is 00:00 there. Default: now.",
        ),
    ]
    command = _reading(command)
    for option in reversed(options):
        command = option(command)
    return command


def _reading(command: F) -> F:
    """The options that say what is read, and how the answer looks."""
    options = [
        click.option("--schema", default=LIVE, show_default=True, help="Which projections to read."),
        click.option("--after", metavar="POSITIONS", help="Wait until these are applied: topic/partition=offset,…"),
        click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait for --after."),
        click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True),
        click.option("--csv", "as_csv", is_flag=True, help="The rows as CSV; what they mean goes to standard error."),
        output.json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group("report")
def command() -> None:
    """Counts, response times, accountability: each number with its definition, population and freshness."""


@command.command("counts")
@click.option("--by", help=f"Any of {', '.join(counts.BY)}; separated by commas. Default: status.")
@click.option("--level", metavar="KIND", help="With --by place: sum up to the places of this kind.")
@_shared
def counts_command(by: str | None, **given: Any) -> None:
    """How many cases, by what they are now."""
    _answer("counts", dimensions(by, counts.BY, counts.DEFAULT_BY, "counts"), given)


@command.command("response-times")
@click.option("--by", help=f"Any of {', '.join(response_times.BY)}; separated by commas. Default: category.")
@_shared
def response_times_command(by: str | None, **given: Any) -> None:
    """How long each stage of a case takes: nearest-rank percentiles."""
    _answer("response-times", dimensions(by, response_times.BY, response_times.DEFAULT_BY, "response-times"), given)


@command.command("accountability")
@click.option(
    "--by",
    type=click.Choice(accountability.BY),
    default="unit",
    show_default=True,
    help="Whom a dispatch went to, or who answers for the place.",
)
@click.option("--duty", help="With --by zone: only this duty; default: all that anybody has at the places counted.")
@click.option("--denominator", type=click.Choice(list(accountability.DENOMINATORS)), default="due", show_default=True)
@click.option(
    "--settled",
    type=click.Choice(["end", "now"]),
    default="end",
    show_default=True,
    help="Whether what was done after --to counts.",
)
@_shared
def accountability_command(by: str, **given: Any) -> None:
    """Who had to act, and did so in time."""
    _answer("accountability", (by,), given)


@command.command("scenario")
@click.option("--seed", default=7, show_default=True, help="Which scenario: the seed it was written with.")
@click.option(
    "--until",
    metavar="DAY",
    default=LAST_DAY.isoformat(),
    show_default=True,
    help="Read as of the end of this local day.",
)
@_reading
def scenario_command(seed: int, until: str, **given: Any) -> None:
    """Whether the reference scenario comes out: each row's figures, expected and found."""
    settings, endpoints = _reached(given)
    with reading(endpoints.postgres_url, given["schema"]) as session:
        document = scenario.report(session, seed, a_day(until, "--until"), given["lang"])
    _show(settings, endpoints, document, given)


def _answer(report: str, by: tuple[str, ...], given: dict[str, Any]) -> None:
    settings, endpoints = _reached(given)
    shown = {name: given.pop(name) for name in ("as_json", "as_csv", "lang")}
    schema = given.pop("schema")
    for name in ("after", "timeout"):
        given.pop(name)
    _show(settings, endpoints, _document(endpoints, schema, Asked(report, by, **given)), shown)


def _reached(given: Mapping[str, Any]) -> tuple[Settings, Endpoints]:
    """The installation, once the positions of `--after` are reached."""
    settings = load_settings()
    endpoints = Home(settings).endpoints()
    if given["after"]:
        _wait(endpoints.postgres_url, given["schema"], given["after"], given["timeout"])
    return settings, endpoints


def _show(settings: Settings, endpoints: Endpoints, document: Document, given: Mapping[str, Any]) -> None:
    """The document in the form asked for: `as_json`, `as_csv`, else a table, in `lang`."""
    language = given["lang"]
    document = replace(document, freshness=document.freshness.against(_ends(settings, endpoints)))
    width = get_terminal_size().columns
    if given["as_json"]:
        output.emit(document.as_json(language))
    elif given["as_csv"]:
        click.echo(document.as_csv(), nl=False)
        output.say(terminal(replace(document, rows=[]), language=language, width=width))
    else:
        click.echo(terminal(document, language=language, width=width), nl=False)


def _document(endpoints: Endpoints, schema: str, asked: Asked) -> Document:
    """The report's document, on one snapshot."""
    with reading(endpoints.postgres_url, schema) as session:
        ask = _ask(session, asked)
        if asked.at is None:
            return REPORTS[asked.report](session, ask)
        then, remarks = _at(session, endpoints, ask)
        document = REPORTS[asked.report](then, ask)
        return replace(document, remarks=[*document.remarks, *remarks])


def _at(session: Session, endpoints: Endpoints, ask: Ask) -> tuple[Session, list[Text]]:
    """The session reading the state as at the instant asked for. Only this needs the registry and all derivations."""
    from linli.reports import as_of
    from projections import PROJECTIONS, ROLL_UPS
    from projections.facts import valid_facts
    from projections.touch import Derivation
    from schemas.registry import Registry

    derivation = Derivation(Registry(endpoints.registry_url), valid_facts, PROJECTIONS, ROLL_UPS)
    return as_of.at(session, derivation, ask.as_of, sources_of(session, ask))


def _ask(session: Session, asked: Asked) -> Ask:
    """The question; an instant without offset is local where the cases asked about are."""
    since, until = period(asked.since, asked.until)
    now = datetime.now(UTC)
    ask = Ask(
        now,
        asked.by,
        place=asked.place,
        source=asked.source,
        since=since,
        until=until,
        hierarchy=asked.hierarchy,
        level=asked.level,
        duty=asked.duty,
        denominator=asked.denominator,
        settled=asked.settled,
    )
    return ask if asked.at is None else replace(ask, as_of=an_instant(asked.at, zone_of(session, ask)))


def _wait(url: str, schema: str, after: str, timeout: float) -> None:
    """Until the positions are reached; NoProgress `part.progress` when they are not in time."""

    def known() -> dict[tuple[str, int], int]:
        with reading(url, schema) as session:
            at = freshness(session).positions
        split = {name: name.rpartition("/") for name in at}
        return {(topic, int(number)): at[name] for name, (topic, _, number) in split.items()}

    behind = wait_for(parse_positions(after), known, timeout)
    if behind:
        raise NoProgress(
            f"{sum(behind.values()):,} records are not applied after {timeout:g} s",
            where=", ".join(f"{topic}/{number}" for topic, number in sorted(behind)),
            remedy="is `linli work` running? see `linli status`",
        )


def _ends(settings: Settings, endpoints: Endpoints) -> Positions | None:
    """The ends of the log; None when Kafka does not answer at once: a report is worth reading without."""
    config: dict[str, str | int | float] = {**settings.librdkafka, "log_level": 0}
    try:
        AdminClient({"bootstrap.servers": endpoints.kafka_bootstrap, **config}).list_topics(timeout=KAFKA_SECONDS)
        edges = KafkaLogView(endpoints.kafka_bootstrap, config).all_edges(family.topic for family in FAMILIES)
    except (KafkaException, LinliError):
        return None
    return {f"{topic}/{partition}": edge.end for (topic, partition), edge in edges.items()}
