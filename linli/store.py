"""The store of this installation: what is derived, in which PostgreSQL schema."""

from __future__ import annotations

from projections import PROJECTIONS, ROLL_UPS
from projections.facts import valid_facts
from projections.postgres import PostgresStore
from projections.touch import Derivation
from schemas.codec import Schemas

LIVE = "linli"
ROLE = "project"


def open_store(postgres_url: str, schemas: Schemas, schema: str = LIVE, *, sessions: int = 2) -> PostgresStore:
    """The store; it connects when first used."""
    return PostgresStore(
        postgres_url, Derivation(schemas, valid_facts, PROJECTIONS, ROLL_UPS), schema, sessions=sessions
    )


def group_of(schema: str, role: str) -> str:
    """Consumer group of a role: one for each schema, so that a rebuild reads beside the live one."""
    return f"{schema}-{role}"
