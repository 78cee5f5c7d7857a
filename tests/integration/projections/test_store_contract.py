"""The store in PostgreSQL keeps to the contract, in the embedded version and in the oldest."""

from __future__ import annotations

import pytest

from projections.postgres import PostgresStore
from schemas.errors import Unavailable
from tests.contracts import toy
from tests.contracts.store import StoreContract


class TestPostgresStore(StoreContract):
    pass


def test_an_unreachable_database_is_unavailable() -> None:
    store = PostgresStore("postgresql://linli@/linli?host=/nonexistent", toy.derivation())
    with pytest.raises(Unavailable) as away:
        store.positions("project")
    assert away.value.code == "part.postgres"
    assert away.value.remedy
