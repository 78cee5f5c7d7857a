"""Identity: the same statement again is the same event, a changed statement is a new one."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

NOT_STATED = frozenset({"event_id", "received_at", "origin", "revised_at"})
"""Fields that are not part of what a source states: they may differ between two imports of one statement."""

_DASHED = [place for place in range(36) if place not in (8, 13, 18, 23)]
"""Where the 32 hexadecimal digits of a UUID stand in its text."""

Version = str | Sequence[Any]
"""The source's own version of the record or, where it has none, the stated values in the order of the schema's fields,
without those of `NOT_STATED`."""


def event_ids(
    key: bytes, full_name: str, sources: Iterable[str], source_refs: Iterable[str], versions: Iterable[Version]
) -> list[str]:
    """UUIDs (version 8, RFC 9562) of events of one type, each from HMAC-SHA-256 under the installation's `key`.

    Trailing nulls of stated values are left out, so that a nullable field added later changes no id. Under a key, because
    ids made from phone or door numbers could be guessed.
    """
    keyed, digests, dumps = HMAC(key, SHA256()), [], orjson.dumps
    for source, ref, version in zip(sources, source_refs, versions, strict=True):
        stated = version if version and version[-1] is not None else _stated(version)
        digest = keyed.copy()
        digest.update(dumps((source, ref, full_name, stated)))
        digests.append(digest.finalize())
    return _uuids(b"".join(digests)) if digests else []


def event_id(key: bytes, source: str, source_ref: str, full_name: str, version: Version) -> str:
    """The id of one event: see `event_ids`."""
    return event_ids(key, full_name, [source], [source_ref], [version])[0]


def _stated(version: Version) -> Version:
    end = len(version)
    while end and version[end - 1] is None:
        end -= 1
    return version[:end]


def _uuids(digests: bytes) -> list[str]:
    """The first 16 of each 32 bytes, with the bits of version and variant, as text."""
    octets = np.frombuffer(digests, np.uint8).reshape(-1, 32)[:, :16].copy()
    octets[:, 6] = octets[:, 6] & 0x0F | 0x80
    octets[:, 8] = octets[:, 8] & 0x3F | 0x80
    texts = np.full((len(octets), 36), ord("-"), np.uint8)
    texts[:, _DASHED] = np.frombuffer(octets.tobytes().hex().encode(), np.uint8).reshape(-1, 32)
    joined = texts.tobytes().decode()
    return [joined[start : start + 36] for start in range(0, len(joined), 36)]


def entity_id(source: str, ref: str) -> str:
    """`<source>:<source's id>`: the id of an entity, and its Kafka key."""
    return f"{source}:{ref}"


def pseudonym(key: bytes, source: str, ref: str) -> str:
    """An entity id that does not tell the source's personal `ref` (128 bits of HMAC-SHA-256, hexadecimal)."""
    return entity_id(source, hmac.digest(key, orjson.dumps([source, ref]), "sha256").hex()[:32])
