"""Linli at task (b): the real worker on the real store, with the projection of cases and the two roll-ups over it."""

from __future__ import annotations

from collections.abc import Mapping

from bench.peers.linli_worker import work
from bench.peers.work import Job, Watch, asked
from linli.store import open_store
from projections import PROJECTIONS, ROLL_UPS
from projections.batch import Batch
from projections.facts import valid_facts
from projections.postgres import PostgresStore
from projections.store import Applied, Claim, HashAt, LogEdge
from projections.touch import Derivation
from schemas.codec import Schemas

ROWS = "cases"
CELLS = ("counts_by_day", "response_times_by_category")


class WatchedStore(PostgresStore):
    """The store, with an eye on when it begins and how many entities each batch touches."""

    def __init__(self, job: Job, schemas: Schemas, watch: Watch) -> None:
        super().__init__(job.postgres, derivation(schemas), job.schema)
        self._watch = watch

    def claim(
        self, role: str, topic: str, partitions: Mapping[int, LogEdge], topic_id: str, hash_at: HashAt
    ) -> dict[int, Claim]:
        claimed = super().claim(role, topic, partitions, topic_id, hash_at)
        self._watch.begin()
        return claimed

    def apply(self, batch: Batch, epoch: int) -> Applied:
        applied = super().apply(batch, epoch)
        self._watch.touched(batch.facts["key"].n_unique())
        return applied


def derivation(schemas: Schemas) -> Derivation:
    """Cases and the two roll-ups, out of all that this release derives."""
    projections = tuple(value for value in PROJECTIONS if value.table.name == ROWS)
    roll_ups = tuple(value for value in ROLL_UPS if value.over == ROWS and value.table.name in CELLS)
    return Derivation(schemas, valid_facts, projections, roll_ups)


def keep_cases(job: Job, watch: Watch) -> None:
    """Run the worker until all is written."""

    def store(schemas: Schemas) -> WatchedStore:
        whole = open_store(job.postgres, schemas, job.schema)
        whole.migrate()
        whole.close()
        return WatchedStore(job, schemas, watch)

    work(job, watch, store)
    watch.report()


if __name__ == "__main__":
    keep_cases(job := asked(), Watch(job))
