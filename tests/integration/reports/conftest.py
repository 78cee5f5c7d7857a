"""A city in a database of this folder's own, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import psycopg.conninfo
import pytest

from projections import PROJECTIONS, ROLL_UPS
from projections.migrate import LIVE, migrate
from projections.postgres import Session as StoreSession
from tests.integration.reports.city import City


@pytest.fixture(scope="session")
def database(postgres_url: str) -> Iterator[str]:
    """URL of a database with the live schema."""
    name = f"reports_{os.getpid()}"
    url = psycopg.conninfo.make_conninfo(postgres_url, dbname=name)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        session = StoreSession(url, LIVE)
        migrate(session, LIVE, [derived.table for derived in (*PROJECTIONS, *ROLL_UPS)])
        session.close()
        yield url
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def city(database: str) -> Iterator[City]:
    with City.founded(database) as city:
        yield city
