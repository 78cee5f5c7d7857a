"""The in-memory log keeps the promises of every log."""

from __future__ import annotations

import pytest

from producers.log import MemoryLog
from schemas.errors import Unavailable
from tests.contracts.log import LogContract


class TestMemoryLog(LogContract):
    @pytest.fixture
    def log(self) -> MemoryLog:
        return MemoryLog()

    @pytest.fixture
    def topic(self) -> str:
        return "linli.complaints"

    def test_what_is_not_kept_is_told(self, topic: str) -> None:
        log = MemoryLog(capacity=2)
        for number in range(4):
            log.append(self.record(topic, number))
        with pytest.raises(Unavailable) as caught:
            log.flush()
        assert caught.value.code == "part.kafka.delivery"
        assert (caught.value.data["event_id"], caught.value.data["lost"]) == ("e2", 2)
