"""Teams 队伍: of which kind, formed by whom, where, how many people, over which days."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.columns import NAME, PLACE, SERVICE, SOURCE, VALID_FROM, VALID_TO
from projections.model import Column, Projection, Table
from projections.registers import entry_rows, register_rows
from schemas.catalogue import SERVICES as FAMILY

TEAMS_TABLE: Final = Table(
    "teams",
    ("service_id",),
    (
        SERVICE,
        SOURCE,
        Column("kind", pl.String, "party_volunteer, red_attendant 红小二, red_butler 红色管家, volunteer…", "队伍类型"),
        NAME,
        Column("joint", pl.Boolean, "Whether several bodies formed it together.", "是否联合组建"),
        PLACE,
        Column("leader_id", pl.String, "Pseudonym of its leader.", "负责人"),
        Column("head_count", pl.Int32, "Members at the start, with those not listed.", "人数"),
        VALID_FROM,
        VALID_TO,
    ),
)
TEAM_PARTIES_TABLE: Final = Table(
    "team_parties",
    ("service_id", "party_id"),
    (SERVICE, Column("party_id", pl.String, "Body that formed it.", "组建单位")),
)
TEAM_MEMBERS_TABLE: Final = Table(
    "team_members",
    ("service_id", "person_id"),
    (SERVICE, Column("person_id", pl.String, "Pseudonym of a member at the start.", "成员")),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per team, as last stated, until the earliest day on which it was dissolved 解散."""
    return register_rows(facts, TEAMS_TABLE, "TeamFormed", "ServiceEnded")


def parties(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per team and body that formed it."""
    return entry_rows(facts, TEAM_PARTIES_TABLE, "TeamFormed", "party_ids")


def members(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per team and member at the start; later ones are appointed."""
    return entry_rows(facts, TEAM_MEMBERS_TABLE, "TeamFormed", "member_ids")


TEAMS: Final = Projection("teams", 1, FAMILY, TEAMS_TABLE, rows)
TEAM_PARTIES: Final = Projection("team_parties", 1, FAMILY, TEAM_PARTIES_TABLE, parties)
TEAM_MEMBERS: Final = Projection("team_members", 1, FAMILY, TEAM_MEMBERS_TABLE, members)
