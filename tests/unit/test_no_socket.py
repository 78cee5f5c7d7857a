"""The guard of `conftest.py` is there."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pytest_socket import SocketBlockedError


def test_a_socket_is_refused() -> None:
    with pytest.warns(UserWarning, match="tried to use"), pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET)


def test_an_event_loop_needs_none() -> None:
    asyncio.run(asyncio.sleep(0))
