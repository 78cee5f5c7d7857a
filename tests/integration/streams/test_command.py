"""`linli work` and `linli wait` as their users call them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from linli.edge import open_edge
from linli.home import Home
from schemas.catalogue import event_type
from tests.e2e.command import Linli

pytestmark = pytest.mark.integration

FILED = event_type("linli.complaints.ComplaintFiled")


@pytest.fixture(scope="session")
def linli(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Linli:
    environment = {"LINLI_HOME": str(home.root), "PYTHONPATH": str(Path(__file__).parents[3])}
    return Linli(environment, home.endpoints().postgres_url, tmp_path_factory.mktemp("user"))


@pytest.fixture
def written(home: Home) -> dict[tuple[str, int], int]:
    """Fifty complaints of a source of their own; the positions after them."""
    source = f"work-{uuid.uuid4().hex[:8]}"
    told = [
        {
            "source": source,
            "source_ref": str(number),
            "case_id": f"{source}:{number}",
            "occurred_at": 1_700_000_000_000_000,
        }
        for number in range(50)
    ]
    with open_edge(home.endpoints()) as edge:
        edge.publisher.publish(FILED, told)
        return edge.log.flush()


def test_until_caught_up_applies_what_is_there_and_ends(linli: Linli, written: dict[tuple[str, int], int]) -> None:
    done = linli.json("work", "--until-caught-up", "--workers", "2")
    assert done["applied"] >= 50
    assert done["lag"] == 0
    assert done["restarts"] == 0
    for (topic, partition), following in written.items():
        assert done["positions"][f"{topic}/{partition}"] >= following
    again = linli.json("work", "--until-caught-up")
    assert (again["applied"], again["repeated"], again["lag"]) == (0, 0, 0)
    assert again["positions"] == done["positions"]
    positions = ",".join(f"{topic}/{partition}={at}" for (topic, partition), at in written.items())
    assert linli.json("wait", "--for", positions)["reached"] == {f"{t}/{p}": at for (t, p), at in written.items()}
    assert linli.json("wait", "--for", "caught up")["seconds"] < 5


def test_a_position_that_is_not_reached_in_time(linli: Linli) -> None:
    error = linli.json("wait", "--for", "linli.complaints/0=999999999", "--timeout", "0.2", exit_code=70)["error"]
    assert error["code"] == "part.progress"
    assert error["where"] == "linli.complaints/0"


def test_what_is_no_position_is_wrong_usage(linli: Linli) -> None:
    assert linli.json("wait", "--for", "soon", exit_code=2)["error"]["code"] == "usage.positions"
