"""Personal fields and free text are ciphertext from the first event, since the log is kept for ever (design §10).

AES-SIV (RFC 5297) under the key of one subject: the same text in the same event yields the same bytes, so a repeated import
repeats the event exactly. The associated data ties the ciphertext to its event, field and subject. Destroying a subject's
key makes its texts unreadable for good, while the log, its proofs and every count stay valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from schemas.errors import BadRecord

KEY_BITS = 512


class KeyStore(Protocol):
    """One key per data subject (a case, for free text), kept apart from the log."""

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """A key for each subject; one that has none yet gets one, which is kept before this returns."""
        ...

    def existing(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """The keys of those subjects that have one: for readers, who must not create any."""
        ...


class MemoryKeyStore:
    """`KeyStore` for tests and dry runs: forgets everything at the end."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        return {subject: self._keys.setdefault(subject, new_key()) for subject in subjects}

    def existing(self, subjects: Sequence[str]) -> dict[str, bytes]:
        return {subject: self._keys[subject] for subject in subjects if subject in self._keys}


def new_key() -> bytes:
    """A fresh random key (512 bits: AES-256 in SIV mode)."""
    return AESSIV.generate_key(KEY_BITS)


def seal(key: bytes, event_id: str, field: str, subject: str, text: str) -> bytes | None:
    """Ciphertext of a text; None for an empty one, which states nothing."""
    if not text:
        return None
    return AESSIV(key).encrypt(text.encode(), _bound_to(event_id, field, subject))


def open_sealed(key: bytes, event_id: str, field: str, subject: str, sealed: bytes) -> str:
    """The text of a ciphertext; BadRecord `record.sealed` when it was made under another key or for another place."""
    try:
        return AESSIV(key).decrypt(sealed, _bound_to(event_id, field, subject)).decode()
    except InvalidTag as error:
        raise BadRecord(
            f"{field} of event {event_id} does not open with the key of {subject}",
            code="record.sealed",
            event_id=event_id,
        ) from error


def _bound_to(event_id: str, field: str, subject: str) -> list[bytes]:
    return [event_id.encode(), field.encode(), subject.encode()]
