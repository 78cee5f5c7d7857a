"""Records that cannot be applied, as they are kept: whole, with a stable code and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from projections.batch import DeadLetter

INSERT = (
    'INSERT INTO dead_letters (role, topic, partition, "offset", appended_at, key, header_names, header_values, value,'
    " code, reason) VALUES (%s, %s, %s, %s, to_timestamp(%s::float8 / 1000), %s, %s::text[], %s::bytea[], %s, %s, %s)"
)


def parameters(role: str, letter: DeadLetter) -> tuple[Any, ...]:
    """Parameters of `INSERT`. The text of a database cannot hold a null character: it is replaced in names and reasons."""
    names = [_storable(name) for name, _ in letter.headers]
    values = [value for _, value in letter.headers]
    where = (role, letter.topic, letter.partition, letter.offset, letter.appended_at)
    return (*where, letter.key, names, values, letter.value, letter.code, _storable(letter.reason))


def _storable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
