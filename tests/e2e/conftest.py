"""The command against this run's installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.home import Home
from tests.e2e.command import Linli


@pytest.fixture(scope="session")
def linli(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Linli:
    environment = {"LINLI_HOME": str(home.root), "PYTHONPATH": str(Path(__file__).parents[2])}
    return Linli(environment, home.endpoints().postgres_url, tmp_path_factory.mktemp("user"))
