"""A home remembers what was started in it."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from linli.home import KAFKA, POSTGRES, REGISTRY, Endpoints, Home, Recorded
from linli.parts import processes, supervision
from linli.parts.supervision import CONFIGURED, CRASHED, STOPPED, UNREACHABLE, states
from linli.settings import load_settings
from schemas.errors import Unavailable


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(load_settings({"LINLI_HOME": str(tmp_path)}))


def test_what_was_never_started_is_told_by_name(home: Home) -> None:
    home.record(KAFKA, Recorded("127.0.0.1:9", 1, 0.0, (9, 10)))
    with pytest.raises(Unavailable) as caught:
        home.endpoints()
    assert caught.value.code == "part.not_started"
    assert caught.value.what.startswith("registry, postgres was never started")


def test_records_come_back_and_configuration_goes_first(home: Home, tmp_path: Path) -> None:
    for part in (KAFKA, REGISTRY, POSTGRES):
        home.record(part, Recorded(f"{part}://here", 1, 5.5, (1, 2)))
    again = Home(load_settings({"LINLI_HOME": str(tmp_path), "LINLI_REGISTRY_URL": "http://mine"}))
    assert again.recorded()[KAFKA] == Recorded("kafka://here", 1, 5.5, (1, 2))
    assert again.endpoints() == Endpoints("kafka://here", "http://mine", "postgres://here")


def test_states_without_any_process(home: Home) -> None:
    assert [told.state for told in states(home)] == [STOPPED] * 3
    me = psutil.Process()
    home.record(KAFKA, Recorded("u", me.pid, me.create_time() - 1000))  # our pid, but of another life
    home.record(REGISTRY, Recorded("u", 0, 0.0))
    assert {told.part: told.state for told in states(home)} == {KAFKA: CRASHED, REGISTRY: STOPPED, POSTGRES: STOPPED}


@pytest.mark.parametrize(("answers", "state"), [(True, CONFIGURED), (False, UNREACHABLE)])
def test_a_configured_part_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: bool, state: str) -> None:
    configured = Home(load_settings({"LINLI_HOME": str(tmp_path), "LINLI_KAFKA_BOOTSTRAP": "k:9"}))
    monkeypatch.setitem(supervision._READY, KAFKA, lambda told: told.url == "k:9" and answers)
    assert states(configured)[0].state == state


def test_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert processes.last_lines(log) == "(no log)"
    log.write_text("\n".join(str(number) for number in range(100)))
    assert processes.last_lines(log, 3) == "97\n98\n99"


def test_a_reused_pid_is_never_stopped() -> None:
    me = psutil.Process()
    assert processes.running(Recorded("", me.pid, me.create_time())) is not None
    assert processes.stop(Recorded("", me.pid, me.create_time() - 50)) is False
