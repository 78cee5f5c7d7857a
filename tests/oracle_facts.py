"""Of the oracle: which facts count, settled one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.catalogue import EventType, Family

Event = dict[str, Any]
Told = tuple[EventType, Event]


@dataclass
class Life:
    """The facts of one entity that count, in order, and what was irregular about the others: (kind, detail, at)."""

    key: str
    facts: list[Told]
    irregular: list[tuple[str, str, int]]


def lives(told: Iterable[Told], family: Family) -> list[Life]:
    """The facts that count of every entity."""
    of: dict[str, dict[str, Told]] = defaultdict(dict)
    for event_type, event in sorted(told, key=lambda pair: pair[1]["_offset"]):
        of[event[family.key]].setdefault(event["event_id"], (event_type, event))
    return [_life(key, events) for key, events in sorted(of.items())]


def _life(key: str, events: dict[str, Told]) -> Life:
    out, circular = _taken_out(events)
    irregular = [("annulment_cycle", events[name][0].name, events[name][1]["occurred_at"]) for name in circular]
    for name, (event_type, event) in events.items():
        if name not in out and any(target not in events for target in (*_targets(event), *event["supersedes"])):
            irregular.append(("annulment_foreign", event_type.name, event["occurred_at"]))
    best: dict[tuple[str, str], str] = {}
    for name, (event_type, event) in events.items():
        if event_type.once and name not in out:
            slot = (event_type.name, event["source"])
            if slot not in best or _revision(event) > _revision(events[best[slot]][1]):
                best[slot] = name
    counted = [told for name, told in events.items() if name not in out and (not told[0].once or name in best.values())]
    counted.sort(key=lambda pair: (pair[1]["occurred_at"], pair[0].rank, *_revision(pair[1])))
    return Life(key, [told for told in counted if told[0].name != "EventAnnulled"], irregular)


def _revision(event: Event) -> tuple[bool, int, str]:
    return event["revised_at"] is not None, event["revised_at"] or 0, event["event_id"]


def _targets(event: Event) -> Sequence[str]:
    return event.get("targets") or ()


def _taken_out(events: dict[str, Told]) -> tuple[set[str], set[str]]:
    """Settle in rounds; settled: event id → (stands, is superseded)."""
    annuls = {name: set(_targets(event)) & events.keys() for name, (_, event) in events.items()}
    replaces = {name: set(event["supersedes"]) & events.keys() for name, (_, event) in events.items()}
    settled: dict[str, tuple[bool, bool]] = {}
    circular: set[str] = set()

    def judged(name: str) -> tuple[bool, bool]:
        annulled = any(settled[by][0] for by in settled if name in annuls[by])
        superseded = any(any(settled[by]) for by in settled if name in replaces[by])
        return annulled, superseded

    while len(settled) < len(events):
        rest = events.keys() - settled.keys()
        ready = {name for name in rest if not any(name in annuls[by] | replaces[by] for by in rest)}
        ready = ready or {name for name in rest if any(judged(name))}
        if ready:
            verdicts = {name: judged(name) for name in ready}
            settled |= {name: (not any(verdict), verdict[1]) for name, verdict in verdicts.items()}
            continue
        stuck = {name for name in rest if _reaches_circle(name, rest, annuls, replaces)}
        circular |= stuck
        settled |= dict.fromkeys(stuck, (False, False))
    return {name for name, (stands, _) in settled.items() if not stands}, circular


def _reaches_circle(name: str, among: set[str], annuls: dict[str, set[str]], replaces: dict[str, set[str]]) -> bool:
    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for target in (annuls[(at := todo.pop())] | replaces[at]) & among - seen:
                seen.add(target)
                todo.append(target)
        return seen

    return any(other in reached(other) for other in {name, *reached(name)})
