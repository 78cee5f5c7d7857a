"""Unit tests open no socket: whoever does fails. What leaves the process belongs into `tests/integration`."""

from __future__ import annotations

from pytest_socket import disable_socket


def pytest_runtest_setup() -> None:
    """Before any fixture; pytest-socket lifts it after the test. Unix sockets: asyncio wakes its loop through a pair."""
    disable_socket(allow_unix_socket=True)
