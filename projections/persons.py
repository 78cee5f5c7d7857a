"""Persons and their offices 人员与任职: what each is, and which office, post or place in a team each holds, from when to
when.

Rows stand under pseudonyms; what tells who a person is (name, contact) is ciphertext and never gets here.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.lives import lives_of
from projections.model import Column, Projection, Table
from projections.validity import as_stated, each_earliest, each_stated
from schemas.catalogue import PERSONS as FAMILY

_PERSON: Final = Column("person_id", pl.String, "Pseudonym of the person.", "人员编号（化名）")
_ATTRIBUTES: Final = ("source", "birth_year", "birth_month", "sex", "education", "political_status")
_APPOINTMENT: Final = (
    "source", "role", "party_id", "place_id", "service_id", "part_time", "capacity", "basis", "term", "sort_number",
    "valid_from", "valid_to",
)  # fmt: skip
_BOTH: Final = ("key", "appointment_id")

PERSONS_TABLE: Final = Table(
    "persons",
    ("person_id",),
    (
        _PERSON,
        Column("source", pl.String, "The register that states it.", "数据来源"),
        Column("birth_year", pl.Int32, "Year of birth.", "出生年"),
        Column("birth_month", pl.Int32, "Month of birth, 1 to 12.", "出生月"),
        Column("sex", pl.String, "female or male.", "性别"),
        Column("education", pl.String, "Highest education, code of a band.", "学历"),
        Column("political_status", pl.String, "party_member, league_member, none…", "政治面貌"),
    ),
)
APPOINTMENTS_TABLE: Final = Table(
    "appointments",
    ("person_id", "appointment_id"),
    (
        _PERSON,
        Column("appointment_id", pl.String, "The appointment, within the person.", "任职编号"),
        Column("source", pl.String, "The register that states it.", "数据来源"),
        Column("role", pl.String, "secretary, director, grid_worker, building_head…", "职务"),
        Column("party_id", pl.String, "Body in which it is held.", "任职单位"),
        Column("place_id", pl.String, "Place for which it is held.", "任职地点"),
        Column("service_id", pl.String, "Team or post in which it is held.", "所在队伍（岗位）"),
        Column("part_time", pl.Boolean, "Whether held beside another office.", "是否兼任"),
        Column("capacity", pl.String, "In which capacity: in_post, property_company, resident…", "身份"),
        Column("basis", pl.String, "elected, appointed, hired, volunteer.", "产生方式"),
        Column("term", pl.String, "Term of office.", "届次"),
        Column("sort_number", pl.Int32, "Official order.", "排序号"),
        Column("valid_from", pl.Date, "First local day.", "起始日"),
        Column("valid_to", pl.Date, "First local day on which it is no longer held; null: open.", "离任日"),
    ),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per profiled person, as last profiled."""
    lives = lives_of(facts)
    if not lives.count:
        return PERSONS_TABLE.frame()
    stated = as_stated(lives, lives.of("PersonProfiled"), _ATTRIBUTES)
    return PERSONS_TABLE.frame(stated.rename({"key": "person_id"}).to_dict())


def appointments(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per appointment, as last stated, until the earliest of the days on which it is stated to end 离任."""
    lives = lives_of(facts)
    if not lives.count:
        return APPOINTMENTS_TABLE.frame()
    stated = each_stated(lives, lives.of("PersonAppointed"), "appointment_id", _APPOINTMENT)
    ended = each_earliest(lives, lives.of("AppointmentEnded"), "appointment_id", "valid_to")
    told = stated.join(ended, on=_BOTH, how="left").with_columns(pl.min_horizontal("valid_to", "earliest"))
    return APPOINTMENTS_TABLE.frame(told.rename({"key": "person_id"}).to_dict())


PERSONS: Final = Projection("persons", 1, FAMILY, PERSONS_TABLE, rows)
APPOINTMENTS: Final = Projection("appointments", 1, FAMILY, APPOINTMENTS_TABLE, appointments)
