"""The start-up self-test: silent on the pinned versions, telling on any other."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from faust.transport.consumer import Consumer

from schemas.errors import Refused
from streams import selftest


def test_the_installed_versions_are_the_tried_ones() -> None:
    selftest.check()


def test_the_pins_are_those_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    for name, number in selftest.PINNED.items():
        assert f"{name}=={number}" in project["project"]["dependencies"]


def test_another_version_is_named() -> None:
    assert selftest.differences({**selftest.PINNED, "aiokafka": "0.99"}) == [
        "aiokafka 0.99 is installed, 0.14.0 was tried"
    ]


def test_a_renamed_method_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Consumer, "_wait_next_records")
    with pytest.raises(Refused) as caught:
        selftest.check()
    assert caught.value.code == "refused.untried_versions"
    assert "Consumer._wait_next_records takes other parameters" in caught.value.what


def test_a_body_that_no_longer_uses_a_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def getmany(self: object, timeout: float) -> None: ...

    monkeypatch.setattr(Consumer, "getmany", getmany)
    assert "Consumer.getmany no longer knows perform_seek" in selftest.differences()
