"""Fields as columns: the values that many events have in one field → their Avro bytes.

An Avro record is its fields' encodings one after the other (Avro specification, "Complex types: records"), so a batch may
be encoded field by field. Most fields repeat few values: each of them is encoded once. Of the others, texts are their
length and their bytes, doubles what `struct` makes of them, whole numbers are encoded as one array; everything else, and
all that does not fit, goes to cavro one by one.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from itertools import pairwise, repeat
from typing import Any

import cavro
import numpy as np

ENCODING_ERRORS = (cavro.CavroException, ValueError, TypeError, KeyError, OverflowError)
"""What is raised for a value that does not fit its field."""

_LOOK = 200
_HASHED_BY_VALUE = frozenset({str, int, bytes, type(None)})
"""Types of which equal values have equal encodings: True is 1, and 0.0 is -0.0, but neither are their bytes."""
_NULL = type(None)
_LENGTH = cavro.Schema('"long"').binary_encode
_CONTINUED = 0x80
"""What the bytes of a whole number but the last have in common: they are no smaller."""
_DOUBLE = struct.Struct("<d").pack


class FieldWriter:
    """Encodes values of one field. `avro`: its type, without logical types; a union is `["null", T]`."""

    def __init__(self, avro: Any) -> None:
        nullable = isinstance(avro, list)
        self._kind = avro[1] if nullable else avro
        self._encode = cavro.Schema(json.dumps(avro)).binary_encode
        self._encode_all = cavro.Schema(json.dumps({"type": "array", "items": self._kind})).binary_encode
        self._null = self._encode(None) if nullable else None
        self._branch = _LENGTH(1) if nullable else b""
        self._heads = _Heads(self._branch)

    def encoded(self, values: Sequence[Any]) -> bytes | list[bytes]:
        """The encodings of one or more values; one for all when they are all the same. Raises one of `ENCODING_ERRORS`."""
        if _are_same(values):
            return self._encode(values[0])  # type: ignore[no-any-return]
        kinds = set(map(type, values))
        if kinds <= _HASHED_BY_VALUE and _are_few(values):
            known = {value: self._encode(value) for value in set(values)}
            return [known[value] for value in values]
        if self._null is None or _NULL not in kinds:
            return self._each(values, kinds)
        stated = iter(self._each([value for value in values if value is not None], kinds - {_NULL}))
        return [self._null if value is None else next(stated) for value in values]

    def _each(self, values: Sequence[Any], kinds: set[type]) -> list[bytes]:
        """Values that are mostly different ones, of which no null fits the field."""
        branch, heads, kind = self._branch, self._heads, (self._kind, *kinds)
        if kind == ("string", str):
            return [heads[len(text)] + text for text in map(str.encode, values)]
        if kind == ("bytes", bytes):
            return [heads[len(value)] + value for value in values]
        if kind == ("double", float):
            return [branch + _DOUBLE(value) for value in values]
        if kind in (("int", int), ("long", int)):
            return [branch + number for number in _split(self._encode_all(values))]
        return [self._encode(value) for value in values]


class _Heads(dict[int, bytes]):
    """What stands before a text of so many bytes: the branch of a union, and the length."""

    def __init__(self, branch: bytes) -> None:
        self._branch = branch

    def __missing__(self, length: int) -> bytes:
        self[length] = self._branch + _LENGTH(length)
        return self[length]


def _split(array: bytes) -> list[bytes]:
    """The whole numbers of an Avro array: their count and a zero stand around them, each goes up to a byte not `_CONTINUED`."""
    ends = (np.flatnonzero(np.frombuffer(array, np.uint8) < _CONTINUED) + 1).tolist()
    return [array[start:end] for start, end in pairwise(ends[:-1])]


def joined(pieces: Sequence[bytes | list[bytes]], height: int) -> list[bytes]:
    """Row by row the pieces of all columns; those that are the same in all rows are joined first."""
    columns = (piece if isinstance(piece, list) else repeat(piece, height) for piece in _merged(pieces))
    return [b"".join(parts) for parts in zip(*columns, strict=True)]


def _are_same(values: Sequence[Any]) -> bool:
    """Whether there is one value only: equal ones, or, of what is not hashed by value, the very same object."""
    if type(values[0]) in _HASHED_BY_VALUE:
        return values.count(values[0]) == len(values)
    return len(set(map(id, values))) == 1


def _are_few(values: Sequence[Any]) -> bool:
    """Whether a look at some of the values promises that there are few distinct ones."""
    looked_at = values[:: len(values) // _LOOK + 1]
    return len(set(looked_at)) <= max(len(looked_at) // 2, 1)


def _merged(pieces: Sequence[bytes | list[bytes]]) -> list[bytes | list[bytes]]:
    merged: list[bytes | list[bytes]] = []
    for piece in pieces:
        if merged and isinstance(piece, bytes) and isinstance(merged[-1], bytes):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged
