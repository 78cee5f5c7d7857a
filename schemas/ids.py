"""Identity: the same statement again is the same event, a changed statement is a new one."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

import orjson

NOT_STATED = frozenset({"event_id", "received_at", "origin", "revised_at"})
"""Fields that are not part of what a source states: they may differ between two imports of one statement."""

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def event_id(key: bytes, source: str, source_ref: str, full_name: str, version: str | Sequence[Any]) -> str:
    """UUID (version 8, RFC 9562) from HMAC-SHA-256 under the installation's `key`.

    `version` is the source's own version of the record or, where it has none, the stated values in the order of the schema's
    fields, without those of `NOT_STATED`; trailing nulls are left out, so that a nullable field added later changes no id.
    Under a key, because ids made from phone or door numbers could be guessed.
    """
    h = hmac.digest(key, orjson.dumps((source, source_ref, full_name, _stated(version))), "sha256").hex()
    return f"{h[:8]}-{h[8:12]}-8{h[13:16]}-{_VARIANT[h[16]]}{h[17:20]}-{h[20:32]}"


def _stated(version: str | Sequence[Any]) -> str | Sequence[Any]:
    if isinstance(version, str) or not version or version[-1] is not None:
        return version
    end = len(version)
    while end and version[end - 1] is None:
        end -= 1
    return version[:end]


def entity_id(source: str, ref: str) -> str:
    """`<source>:<source's id>`: the id of an entity, and its Kafka key."""
    return f"{source}:{ref}"


def pseudonym(key: bytes, source: str, ref: str) -> str:
    """An entity id that does not tell the source's personal `ref` (128 bits of HMAC-SHA-256, hexadecimal)."""
    return entity_id(source, hmac.digest(key, orjson.dumps([source, ref]), "sha256").hex()[:32])
