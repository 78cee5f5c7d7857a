"""The store in PostgreSQL keeps to the contract, in the embedded version and in the oldest."""

from __future__ import annotations

from tests.contracts.store import StoreContract


class TestPostgresStore(StoreContract):
    pass
