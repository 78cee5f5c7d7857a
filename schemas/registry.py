"""The schema registry (Confluent-compatible HTTP API): the only outside world of this package.

Subjects follow TopicRecordNameStrategy (`<topic>-<full record name>`); compatibility is FULL_TRANSITIVE, set explicitly.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from schemas.catalogue import EVENTS, EventType, schema_of, schema_text
from schemas.codec import AvroSchema, avro_schema, unknown_event, unknown_schema
from schemas.errors import LinliError, Refused, Unavailable

if TYPE_CHECKING:
    from confluent_kafka.schema_registry import Schema

COMPATIBILITY = "FULL_TRANSITIVE"
SIDE_BY_SIDE = 16
"""Schemas registered at a time: a registry waits for its own storage with each, not for its processor."""
_NOT_FOUND = 404
_CONFLICT = 409
_UNPROCESSABLE = 422

T = TypeVar("T")


class Registry:
    """`Schemas` of a real registry, each answer remembered: ids and schemas never change once given.

    Raises `Unavailable` (`part.registry`) while the registry does not answer: wait, nothing is lost.
    """

    def __init__(self, url: str, *, tries: int = 3) -> None:
        from confluent_kafka.schema_registry import SchemaRegistryClient  # slow; many a verb never asks

        self.url = url
        self._client = SchemaRegistryClient({"url": url, "max.retries": tries, "retries.max.wait.ms": 2000})
        self.close = weakref.finalize(self, self._client.close)  # connections end with us at the latest
        self._ids: dict[EventType, int] = {}
        self._schemas: dict[int, AvroSchema] = {}

    def id_of(self, event: EventType) -> int:
        """Id of the released schema; Refused `refused.schema_unregistered` when it was never registered."""
        if event not in self._ids:
            found = self._ask(lambda: self._client.lookup_schema(event.subject, _schema(event)), absent=None)
            if found is None or found.schema_id is None:
                raise Refused(
                    f"{event.full_name} is not registered at {self.url}",
                    code="refused.schema_unregistered",
                    remedy="run `linli schemas register`",
                )
            self._ids[event] = found.schema_id
        return self._ids[event]

    def by_id(self, schema_id: int) -> AvroSchema:
        """The schema that an id names; Unavailable `part.release` for an event type that this release does not know."""
        if schema_id not in self._schemas:
            found = self._ask(lambda: self._client.get_schema(schema_id), absent=None)
            if found is None or found.schema_str is None:
                raise unknown_schema(schema_id)
            self._schemas[schema_id] = _known(found.schema_str)
        return self._schemas[schema_id]

    def register_all(self, events: Iterable[EventType] = EVENTS) -> dict[str, int]:
        """Set the compatibility and register the released schemas; full name → id. Repeating it changes nothing.

        Raises Refused `refused.schema_incompatible` when the registry holds a version that a schema does not fit.
        """
        self._ask(lambda: self._client.set_compatibility(level=COMPATIBILITY))
        told = list(events)
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="register") as pool:
            return {event.full_name: number for event, number in zip(told, pool.map(self._register, told), strict=True)}

    def versions(self, event: EventType) -> list[str]:
        """The texts that the registry holds of an event type, oldest first; empty when it knows none."""
        numbers = self._ask(lambda: self._client.get_versions(event.subject), absent=[])
        return [self._version(event, number) for number in numbers]

    def fits(self, event: EventType) -> bool:
        """Whether the released file is compatible with every version that the registry holds."""
        return bool(
            self._ask(lambda: self._client.test_compatibility_all_versions(event.subject, _schema(event)), absent=True)
        )

    def compatibility(self) -> str:
        """The level in force."""
        return str(self._ask(self._client.get_compatibility))

    def _version(self, event: EventType, number: int) -> str:
        found = self._ask(lambda: self._client.get_version(event.subject, number))
        return found.schema.schema_str or ""

    def _register(self, event: EventType) -> int:
        from confluent_kafka.schema_registry.error import SchemaRegistryError

        try:
            schema_id = int(self._ask(lambda: self._client.register_schema(event.subject, _schema(event))) or 0)
        except SchemaRegistryError as error:
            if error.http_status_code not in (_CONFLICT, _UNPROCESSABLE):
                raise
            raise Refused(
                f"{event.full_name} is not compatible with a version that was released before",
                code="refused.schema_incompatible",
                where=self.url,
                expected=f"{COMPATIBILITY}: only nullable fields with a default are added",
                remedy=f"see `linli schemas diff {event.full_name}`",
            ) from error
        self._ids[event] = schema_id
        return schema_id

    def _ask(self, question: Callable[[], T], *, absent: Any = ...) -> T:
        """Ask; `absent` is the answer to a 404, if given."""
        from confluent_kafka.schema_registry.error import SchemaRegistryError

        try:
            return question()
        except LinliError:
            raise
        except SchemaRegistryError as error:
            if error.http_status_code == _NOT_FOUND and absent is not ...:
                return absent  # type: ignore[no-any-return]
            if error.http_status_code < 500:  # noqa: PLR2004  HTTP: the server's own faults
                raise
            raise self._away(error) from error
        except Exception as error:  # the client lets through whatever its HTTP library raises
            raise self._away(error) from error

    def _away(self, error: Exception) -> Unavailable:
        return Unavailable(
            f"the schema registry does not answer ({type(error).__name__}: {error})",
            code="part.registry",
            where=self.url,
            remedy="see `linli status`; `linli up` restarts an embedded one",
        )


def _schema(event: EventType) -> Schema:
    from confluent_kafka.schema_registry import Schema

    return Schema(schema_text(event), schema_type="AVRO")


def _known(text: str) -> AvroSchema:
    try:
        return avro_schema(text)
    except KeyError as error:
        raise unknown_event(str(error.args[0])) from error


def differences(event: EventType, registered: str) -> list[str]:
    """What the released file says otherwise than a registered text, one line a field."""
    ours = {field["name"]: field for field in schema_of(event)["fields"]}
    theirs = {field["name"]: field for field in json.loads(registered)["fields"]}
    lines = [f"+ {name}: {json.dumps(ours[name]['type'])}" for name in ours if name not in theirs]
    lines += [f"- {name}: {json.dumps(theirs[name]['type'])}" for name in theirs if name not in ours]
    lines += [
        f"~ {name}: {json.dumps(theirs[name]['type'])} → {json.dumps(ours[name]['type'])}"
        for name in ours
        if name in theirs and ours[name]["type"] != theirs[name]["type"]
    ]
    return lines
