"""Identity: the same statement again is the same event, a changed statement is a new one."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import orjson

NOT_STATED = frozenset({"event_id", "received_at", "origin", "revised_at"})
"""Fields that are not part of what a source states: they may differ between two imports of one statement."""

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def event_id(key: bytes, source: str, source_ref: str, full_name: str, version: str | Mapping[str, Any]) -> str:
    """UUID (version 8, RFC 9562) from HMAC-SHA-256 under the installation's `key`.

    `version` is the source's own version of the record or, where it has none, the mapped values: of these, null values and
    the fields of `NOT_STATED` are left out, so that a later nullable field changes no id. Under a key, because ids made from
    phone or door numbers could be guessed.
    """
    if not isinstance(version, str):
        version = {name: value for name, value in version.items() if value is not None and name not in NOT_STATED}
    text = orjson.dumps([source, source_ref, full_name, version], option=orjson.OPT_SORT_KEYS)
    h = hmac.digest(key, text, "sha256").hex()
    return f"{h[:8]}-{h[8:12]}-8{h[13:16]}-{_VARIANT[h[16]]}{h[17:20]}-{h[20:32]}"


def entity_id(source: str, ref: str) -> str:
    """`<source>:<source's id>`: the id of an entity, and its Kafka key."""
    return f"{source}:{ref}"


def pseudonym(key: bytes, source: str, ref: str) -> str:
    """An entity id that does not tell the source's personal `ref` (128 bits of HMAC-SHA-256, hexadecimal)."""
    return entity_id(source, hmac.digest(key, orjson.dumps([source, ref]), "sha256").hex()[:32])
