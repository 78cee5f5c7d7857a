"""How far the projections are, and whether anything was skipped."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from linli.home import Home
from linli.logview import KafkaLogView
from linli.store import ROLE, open_store
from linli.topics import names
from schemas.registry import Registry

ROLES = (ROLE,)


@dataclass(frozen=True, slots=True)
class Standing:
    """`lag`: records that a role has still to apply. `rows`: the balance of each role and partition."""

    lag: dict[str, int]
    closes: bool
    rows: list[dict[str, Any]]


def standing(home: Home) -> Standing:
    """Lag and balance as of now. Raises Unavailable when a part does not answer."""
    endpoints = home.endpoints()
    edges = KafkaLogView(endpoints.kafka_bootstrap, home.settings.librdkafka).all_edges(names()[:-1])
    lag: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    with closing(open_store(endpoints.postgres_url, Registry(endpoints.registry_url))) as store:
        for role in ROLES:
            positions = store.positions(role)
            lag[role] = sum(edge.end - positions.get(place, edge.begin) for place, edge in edges.items())
            for (topic, partition), told in sorted(store.balances(role).items()):
                place = {"role": role, "topic": topic, "partition": partition, "passed": told.next - told.first}
                rows.append({**place, **asdict(told), "closes": told.closes})
    return Standing(lag, all(row["closes"] for row in rows), rows)
