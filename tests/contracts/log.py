"""What every `producers.log.Log` promises."""

from __future__ import annotations

import pytest

from producers.log import MAX_RECORD_BYTES, Log, Record
from schemas.errors import BadInput


class LogContract:
    """Subclasses give the fixtures `log` (a fresh one) and `topic` (an empty topic)."""

    def record(self, topic: str, number: int, size: int = 10) -> Record:
        return Record(topic, f"case-{number % 7}".encode(), b"v" * size, [("ce_id", b"e%d" % number)], f"e{number}")

    def test_positions_count_what_was_kept(self, log: Log, topic: str) -> None:
        for number in range(100):
            log.append(self.record(topic, number))
        positions = log.flush()
        assert sum(positions.values()) == 100
        assert {name for name, _ in positions} == {topic}
        log.append(self.record(topic, 100))
        assert sum(log.flush().values()) == 101

    def test_one_key_goes_to_one_partition(self, log: Log, topic: str) -> None:
        for _ in range(20):
            log.append(self.record(topic, 3))
        assert list(log.flush().values()) == [20]

    def test_nothing_written_nothing_moved(self, log: Log) -> None:
        assert log.flush() == {}

    def test_too_large_a_record_is_refused_by_name(self, log: Log, topic: str) -> None:
        with pytest.raises(BadInput) as caught:
            log.append(self.record(topic, 1, MAX_RECORD_BYTES + 1))
        assert caught.value.code == "input.too_large"
        assert log.flush() == {}
