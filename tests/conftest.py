"""What all tests share: where the city data lies, and one set of real parts a run, started when first asked for."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linli.home import Endpoints, Home
from linli.settings import load_settings
from tests.examples import register_profiles

ROOT = Path(__file__).parent.parent

register_profiles()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For `-n auto` (pyproject.toml): the unit tests as a whole are shared among the cores. A few tests are done before
    a second process has started, and integration and e2e tests share the parts of one.
    """
    told = {(config.invocation_params.dir / arg).resolve() for arg in config.args}
    cores = os.cpu_count() or 1
    return cores if told == {ROOT / "tests" / "unit"} and cores > 1 else 0


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to the end: the garbage collector need not look through it each time."""
    gc.freeze()


@pytest.fixture(scope="session")
def city_data() -> Path:
    """The folder with real city data; without it the test is skipped by name, which fails in CI."""
    folder = Path(os.environ.get("LINLI_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        reason = f"city data: no folder {folder}; set LINLI_TEST_DATA"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def scratch() -> Iterator[Callable[[], Path]]:
    """Makes folders for homes. Not pytest's own: those are closed to other users by the next run, and PostgreSQL runs as one."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="linli-test-")))
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def home(scratch: Callable[[], Path]) -> Iterator[Home]:
    """An installation of this run's own, all three parts running."""
    from linli.parts.supervision import bring_down, bring_up  # slow to import, and unit tests never come here

    folder = scratch()
    installation = Home(load_settings({"LINLI_HOME": str(folder), "LINLI_CACHE": os.environ.get("LINLI_CACHE", "")}))
    bring_up(installation, lambda part, what: None)
    yield installation
    bring_down(installation, lambda part, what: None)


@pytest.fixture(scope="session")
def endpoints(home: Home) -> Endpoints:
    return home.endpoints()


@pytest.fixture(scope="session")
def kafka_bootstrap(endpoints: Endpoints) -> str:
    return endpoints.kafka_bootstrap


@pytest.fixture(scope="session")
def registry_url(endpoints: Endpoints) -> str:
    return endpoints.registry_url


@pytest.fixture(scope="session")
def postgres_url(endpoints: Endpoints) -> str:
    return endpoints.postgres_url
