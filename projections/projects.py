"""Projects 项目: what was put on which list, how far it got, what was planned and what came of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from projections.lives import Ints, Lives, chosen, instants, lives_of
from projections.model import TIMESTAMP, Column, Projection, Table
from projections.occasions import child_rows, local_days, occasion_rows
from schemas.catalogue import PROJECTS as FAMILY

STATES: Final = ("listed", "progressing", "finished", "abandoned")
_PROJECT: Final = Column("project_id", pl.String, "The project.", "项目编号")
_ATTRIBUTES: Final = (
    "source", "kind", "name", "list", "demonstration", "place_id", "party_id", "meeting_id", "funding", "budget_cents",
    "quantity", "unit", "planned_from", "planned_to",
)  # fmt: skip

PROJECTS_TABLE: Final = Table(
    "projects",
    ("project_id",),
    (
        _PROJECT,
        Column("source", pl.String, "The feed that states it.", "数据来源"),
        Column("kind", pl.String, "lift, road_hardening, running_track, service_centre, red_station…", "项目类型"),
        Column("name", pl.String, "Public name.", "名称"),
        Column("list", pl.String, "Code of the list.", "清单"),
        Column("demonstration", pl.Boolean, "Whether it is a demonstration project.", "是否示范项目"),
        Column("place_id", pl.String, "Place where it is.", "项目地点"),
        Column("party_id", pl.String, "Body that carries it out.", "实施单位"),
        Column("meeting_id", pl.String, "Meeting that decided on it.", "决定会议"),
        Column("state", pl.String, "listed, progressing, finished, or abandoned (given up).", "状态"),
        Column("stage", pl.String, "approved, designed, started, halted, resumed, completed: last stated.", "阶段"),
        Column("percent", pl.Int32, "Share that is done, in percent: last stated.", "完成比例"),
        Column("planned_quantity", pl.Int64, "How much is planned, in planned_unit.", "计划数量"),
        Column("planned_unit", pl.String, "lifts, metres, cm2…", "计划单位"),
        Column("quantity", pl.Int64, "How much was done, in unit.", "完成数量"),
        Column("unit", pl.String, "lifts, metres, cm2…", "完成单位"),
        Column("funding", pl.String, "Code of where the money comes from.", "资金来源"),
        Column("budget_cents", pl.Int64, "Budget, in cents.", "预算（分）"),
        Column("spent_cents", pl.Int64, "Spent so far, in cents: last stated.", "累计支出（分）"),
        Column("cost_cents", pl.Int64, "Spent in all, in cents, as stated at the end.", "决算（分）"),
        Column("planned_from", pl.Date, "Local day on which work is planned to begin.", "计划开工日"),
        Column("planned_to", pl.Date, "First local day after its planned end.", "计划完工日"),
        Column("time_zone", pl.String, "IANA zone in which its days are cut.", "时区"),
        Column("listed_at", TIMESTAMP, "When it was listed; of several statements the last.", "入库时间"),
        Column("listed_day", pl.Date, "Local day of that.", "入库日"),
        Column("progressed_at", TIMESTAMP, "Last progress.", "最近进展时间"),
        Column(
            "finished_at", TIMESTAMP, "When it was finished or abandoned; of several statements the last.", "完成时间"
        ),
        Column("finished_day", pl.Date, "Local day of that.", "完成日"),
    ),
)
PROJECT_CASES_TABLE: Final = Table(
    "project_cases",
    ("project_id", "case_id"),
    (_PROJECT, Column("case_id", pl.String, "A case that it answers.", "关联工单")),
)


def rows(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per listed project, as last stated; what ends it is the last ProjectFinished, whatever comes after."""
    lives = lives_of(facts)
    if not lives.count:
        return PROJECTS_TABLE.frame()
    told = occasion_rows(lives, lives.of("ProjectListed"), PROJECTS_TABLE, _ATTRIBUTES).rename(
        {"at": "listed_at", "day": "listed_day", "quantity": "planned_quantity", "unit": "planned_unit"}
    )
    projects = told["entity"].to_numpy()
    progressed = lives.of("ProjectProgressed")
    last, finished = lives.last(progressed)[projects], lives.last(lives.of("ProjectFinished"))[projects]
    finished_at = lives.when(finished)
    course = {
        "state": chosen(STATES, _states(lives, last, finished)),
        **{name: _last_stated(lives, progressed, name)[projects] for name in ("stage", "percent", "spent_cents")},
        **{name: lives.value(name, finished) for name in ("quantity", "unit", "cost_cents")},
        "progressed_at": instants(lives.when(last)),
        "finished_at": instants(finished_at),
        "finished_day": local_days(told["time_zone"], finished_at),
    }
    return PROJECTS_TABLE.frame({**told.to_dict(), **course})


def cases(facts: pl.DataFrame) -> pl.DataFrame:
    """One row per project and case that it answers."""
    lives = lives_of(facts)
    if not lives.count:
        return PROJECT_CASES_TABLE.frame()
    told = child_rows(lives, lives.of("ProjectListed"), "case_ids", PROJECT_CASES_TABLE, item="case_id")
    return PROJECT_CASES_TABLE.frame(told.to_dict())


def _states(lives: Lives, progressed: Ints, finished: Ints) -> Ints:
    abandoned = (lives.value("outcome", finished) == "abandoned").fill_null(value=False).to_numpy()
    ended = np.where(abandoned, STATES.index("abandoned"), STATES.index("finished"))
    return np.where(
        finished >= 0, ended, np.where(progressed >= 0, STATES.index("progressing"), STATES.index("listed"))
    )


def _last_stated(lives: Lives, positions: Ints, name: str) -> pl.Series:
    """For each entity the last value that these facts state."""
    return lives.value(name, lives.last(positions[lives.has(name)[positions]]))


PROJECTS: Final = Projection("projects", 1, FAMILY, PROJECTS_TABLE, rows)
PROJECT_CASES: Final = Projection("project_cases", 1, FAMILY, PROJECT_CASES_TABLE, cases)
