"""Keys, kept in PostgreSQL apart from the log: one for identities, one for each data subject (design §3, §10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from schemas.errors import Unavailable
from schemas.privacy import new_key

IDENTITY = "identity"
_CHUNK = 10_000


class PostgresKeyStore:
    """`schemas.privacy.KeyStore` in the tables `subject_keys` and `id_keys` of the live schema.

    Each call is a transaction of its own: a key is kept before anything is sealed with it. Raises Unavailable `part.postgres`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None

    def keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """A key for each subject, made where there is none."""
        found = self.existing(subjects)
        missing = sorted(set(subjects) - found.keys())
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            with self._transaction() as connection:
                connection.execute(
                    "INSERT INTO linli.subject_keys (subject, key)"
                    " SELECT * FROM unnest(%b::text[], %b::bytea[]) ON CONFLICT DO NOTHING",
                    (chunk, [new_key() for _ in chunk]),
                )
        return {**found, **self.existing(missing)}

    def existing(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """The keys of those subjects that have one."""
        if not subjects:
            return {}
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT subject, key FROM linli.subject_keys WHERE subject = ANY(%b::text[])",
                (list(subjects),),
                binary=True,
            )
            return {subject: bytes(key) for subject, key in rows}

    def identity_key(self) -> bytes:
        """The installation's key for event ids and pseudonyms: made once, shared by all edges, never rotated."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO linli.id_keys (name, key) VALUES (%s, %s) ON CONFLICT DO NOTHING", (IDENTITY, new_key())
            )
            row = connection.execute(
                "SELECT key FROM linli.id_keys WHERE name = %s", (IDENTITY,), binary=True
            ).fetchone()
            assert row is not None
            return bytes(row[0])

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._url, autocommit=True)
            with self._connection.transaction():
                yield self._connection
        except psycopg.OperationalError as error:
            raise Unavailable(
                f"PostgreSQL does not answer ({error})",
                code="part.postgres",
                remedy="see `linli status`; `linli up` restarts an embedded one",
            ) from error
