"""A worker process for tests: the real worker, with schema ids by the catalogue instead of a registry.

Run as a module it is the worker; imported, `Worker` starts one and hears what it tells.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass
class Worker:
    """A worker process. `told`: what it has told so far; the position of each partition in `next`."""

    broker: str
    postgres_url: str
    schema: str
    told: list[dict[str, Any]] = field(default_factory=list)
    next: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reading, writing = os.pipe()
        command = [sys.executable, "-m", __name__, str(writing), self.broker, self.postgres_url, self.schema]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed by `end`
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, pass_fds=(writing,)
        )
        os.close(writing)
        self._listener = Thread(target=self._listen, args=(reading,), daemon=True)
        self._listener.start()

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading) as lines:
            for line in lines:
                document = json.loads(line)
                self.told.append(document)
                if "moved" in document:
                    self.next[document["moved"]["partition"]] = document["moved"]["next"]

    @property
    def failure(self) -> dict[str, Any] | None:
        """Why it ended, if it told."""
        return next((document["failed"] for document in self.told if "failed" in document), None)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float = 60.0) -> int:
        """Its exit code."""
        code = self._process.wait(seconds)
        self._listener.join(10)
        return code

    def lose_lifeline(self) -> None:
        """Whoever started the worker is gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> None:
        """End it whatever it does, and leave nothing open."""
        if self.running:
            self._process.kill()
        self.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._log.close()

    @property
    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")


def main(arguments: list[str]) -> int:
    import logging

    from linli import worker
    from linli.logview import KafkaLogView
    from linli.store import open_store
    from schemas.catalogue import COMPLAINTS
    from schemas.codec import CatalogueSchemas
    from streams.app import StreamSettings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    descriptor, broker, postgres_url, schema = arguments
    worker.follow_lifeline()
    store = open_store(postgres_url, CatalogueSchemas(), schema)
    streams = StreamSettings(
        f"{schema}-project",
        broker,
        Path(tempfile.gettempdir()) / schema,
        families=(COMPLAINTS,),
        records_in_memory=2000,
        records_a_fetch=300,
    )
    parts = worker.WorkerParts("project", store, CatalogueSchemas(), KafkaLogView(broker), streams)
    return worker.run(parts, worker.teller(int(descriptor)))


if __name__ == "__main__":
    started = time.monotonic()
    os._exit(main(sys.argv[1:]))
