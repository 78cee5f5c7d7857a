"""The store in memory keeps to the contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from projections.memory import MemoryStore
from projections.store import Store
from tests.contracts import toy
from tests.contracts.store import StoreContract
from tests.contracts.toy import Knob


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def knob(self) -> Knob:
        return Knob()

    @pytest.fixture
    def store(self, knob: Knob) -> Store:
        return MemoryStore(toy.derivation(knob))

    @pytest.fixture
    def fresh(self, knob: Knob) -> Callable[[], Store]:
        return lambda: MemoryStore(toy.derivation(knob))
