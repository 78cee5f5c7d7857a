"""Before a worker starts: are the private names that `hook` and `fetching` build on still what they were?

A newer Faust that renamed one of them would not fail, it would lose the exactness of positions in silence.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib.metadata import version

import mode
from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher, FetchError, FetchResult, PartitionRecords
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.record.default_records import DefaultRecordBase, _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from faust.tables.manager import TableManager
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver

from schemas.errors import Refused

PINNED: Mapping[str, str] = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0"}
"""The versions whose sources were read and tried."""

_METHODS = {
    (Consumer, "perform_seek"): ["self"],
    (Consumer, "_wait_next_records"): ["self", "timeout"],
    (Consumer, "on_buffer_drop"): ["self", "tp"],
    (Consumer, "on_partitions_revoked"): ["self", "revoked"],
    (Consumer, "_get_active_partitions"): ["self"],
    (driver.Consumer, "_new_consumer_thread"): ["self"],
    (driver.AIOKafkaConsumerThread, "_create_worker_consumer"): ["self", "transport"],
    (driver.AIOKafkaConsumerThread, "_fetch_records"): [
        "self",
        "consumer",
        "active_partitions",
        "timeout",
        "max_records",
    ],
    (driver.AIOKafkaConsumerThread, "_ensure_consumer"): ["self"],
    (Fetcher, "_create_fetch_waiter"): ["self"],
    (Fetcher, "_notify"): ["self", "future"],
    (FetchResult, "check_assignment"): ["self", "tp"],
    (FetchResult, "_update_position"): ["self"],
    (FetchResult, "has_more"): ["self"],
    (FetchError, "check_raise"): ["self"],
    (mode.Worker, "_schedule_shutdown"): ["self", "signal"],
    (mode.Worker, "_shutdown_loop"): ["self"],
    (SubscriptionState, "fetch_context"): ["self"],
    (_DefaultRecordBatchPy, "_maybe_uncompress"): ["self"],
    (SubscriptionState, "wait_for_assignment"): ["self"],
}
_MENTIONED = {
    (Consumer, "__init__"): ("_read_offset", "_committed_offset", "_buffered_partitions"),
    (Consumer, "getmany"): ("_wait_next_records", "records is None", "perform_seek"),
    (driver.AIOKafkaConsumerThread, "_fetch_records"): ("flow_active", "consumer._closed", "fetch_context"),
    (TableManager, "on_start"): ("self.sleep(1.0)",),
    (AIOKafkaConsumer, "__init__"): ("_fetch_max_wait_ms", "_fetch_max_bytes"),
    (AIOKafkaConsumer, "start"): ("fetch_max_wait_ms=self._fetch_max_wait_ms", "fetch_max_bytes=self._fetch_max_bytes"),
    (Fetcher, "fetched_records"): ("_records", "_wait_consume_future", "reassignment_in_progress", "is_assigned"),
    (FetchResult, "getall"): ("_partition_records = None",),
    (Fetcher, "_proc_fetch_request"): ("records = MemoryRecords(",),
    (_MemoryRecordsPy, "next_batch"): ("next_slice = self._next_slice", "DefaultRecordBatch(next_slice)"),
    (_DefaultRecordBatchPy, "_read_msg"): ("self._buffer", "self._pos", "self.max_timestamp", "self.first_timestamp"),
    (_DefaultRecordBatchPy, "__init__"): ("self._num_records",),
    (PartitionRecords, "_unpack_records"): (
        "validate_crc",
        "is_control_batch",
        "next_fetch_offset = next_batch.next_offset",
    ),
}


BATCH_HEADER = ">qiibIhiqqqhii"
"""How a Kafka batch begins (`struct`): the last number is that of its records."""


def differences(installed: Mapping[str, str] | None = None) -> list[str]:
    """What is not as it was, one line each; `installed`: distribution → version."""
    found = installed or {name: version(name) for name in PINNED}
    lines = [
        f"{name} {found[name]} is installed, {wanted} was tried"
        for name, wanted in PINNED.items()
        if found[name] != wanted
    ]
    lines += [
        f"{owner.__name__}.{name} takes other parameters"
        for (owner, name), told in _METHODS.items()
        if _parameters(owner, name) != told
    ]
    for (owner, name), words in _MENTIONED.items():
        source = inspect.getsource(getattr(owner, name))
        lines += [f"{owner.__name__}.{name} no longer knows {word}" for word in words if word not in source]
    if DefaultRecordBase.HEADER_STRUCT.format != BATCH_HEADER:
        lines.append("a Kafka batch begins otherwise")
    return lines


def check() -> None:
    """Refused `refused.untried_versions` when something differs."""
    if lines := differences():
        raise Refused(
            "the stream processor is not the one that this release was tried with: " + "; ".join(lines),
            code="refused.untried_versions",
            expected=", ".join(f"{name} {wanted}" for name, wanted in PINNED.items()),
            remedy="install with the constraints file",
        )


def _parameters(owner: type, name: str) -> list[str]:
    method = getattr(owner, name, None)
    return list(inspect.signature(method).parameters) if method is not None else []
