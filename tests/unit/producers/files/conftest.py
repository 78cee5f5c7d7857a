"""Fixtures of the files feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.producers.files.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an empty log."""
    return Desk(tmp_path)
