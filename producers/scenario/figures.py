"""The figures of the reference scenario, all in one place.

`PUBLISHED` names what was published of three development zones of Nanchang; "余" and "多" (more than) are ranges. The
others are the scenario's own, where nothing was published. The generator makes so many events; it never states a total.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Range:
    """More than so many: `low` and `high` are both included."""

    low: int
    high: int

    def draw(self, dice: random.Random) -> int:
        """One of them."""
        return dice.randint(self.low, self.high)

    def __contains__(self, found: float) -> bool:
        return self.low <= found <= self.high

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"


Figure = int | float | Range

FIRST_DAY: Final = date(2020, 1, 1)
LAST_DAY: Final = date(2023, 12, 31)
YEARS: Final = (2020, 2021, 2022, 2023)
THIS_YEAR: Final = 2023

# A. High-tech zone 高新区
PROPERTY_ORGANISATIONS: Final = 30
FALLBACK_COMPOUNDS: Final = 40
SHARED_SECRETARIES: Final = 17
PART_TIME_HEADS: Final = 16
DEPLOYMENT_MEETINGS: Final = 2
THEMATIC_MEETINGS: Final = 4
NOT_ASSESSED: Final = 3
DESK_CASES: Final = 60
DESK_WITHOUT_FOLLOW_UP: Final = 6
REPAIRS: Final = 48
GREETINGS: Final = 36
LECTURES: Final = 12
AFTER_SCHOOLS: Final = 30
MEDIATED_COMMUNITY: Final = 20
MEDIATED_OFFICE: Final = 3
MEDIATED_ZONE: Final = 1
SETTLED_COMMUNITY: Final = 90
SETTLED_OFFICE: Final = 18
SETTLED_ABOVE: Final = 2
APPEALS_SOLVED: Final = Range(101, 199)
APPEALS_OPEN: Final = 5
LISTED_CASES: Final = 28
SYMPOSIA: Final = 8
CONVENTION_BOARDS: Final = 34
MEMBER_BOARDS: Final = 117
VOLUNTEER_TEAMS: Final = 47
PIONEER_POSTS: Final = 60
RESPONSIBILITY_AREAS: Final = 80
BUILDING_HEADS: Final = 140
CORRIDOR_HEADS: Final = 70
CLUTTER: Final = 21
FLYING_WIRES: Final = 17
PARKING: Final = 15
OTHER_LONG_STANDING: Final = 11
LONG_STANDING: Final = CLUTTER + FLYING_WIRES + PARKING + OTHER_LONG_STANDING
LOOPS_CLOSED: Final = 32
LOOPS_OPEN: Final = 2
JOINT_TEAMS: Final = 12
JOINT_ACTIVITIES: Final = Range(81, 89)
JOINT_SERVICES: Final = 221
INSPECTIONS: Final = 96
HAZARDS: Final = 72
HAZARDS_CLEARED: Final = 66
INSPECTION_DEMANDS: Final = 24
DEMANDS_WITH_CASE: Final = 18
RESOURCES: Final = 20

# B. Economic zone 经开区
CENTRES: Final = 18
FLOOR_AREA_CM2: Final = 366_625_200
INVESTMENT_YUAN: Final = Range(145_000_000, 155_000_000)
FORMATS: Final = 5
FACILITIES: Final = 108
CONSULTATIONS: Final = 18
USES: Final = 900
USE_HOURS: Final = 9
USE_AGE_GROUPS: Final = 4
USE_KINDS: Final = 9
HOURLY_NURSERY: Final = 72
STUDY_ORIGINS: Final = 2
STUDY_VISITS: Final = 9
NURSERIES: Final = 8
NURSERY_FUNCTIONS: Final = 3
LIBRARIES: Final = 17

# C. Xiaolan zone 小蓝经开区
OFFICES: Final = 2
COMMUNITIES: Final = 6
AGES_BEFORE: Final = (56, 54, 52, 50, 48, 46)
AGES_AFTER: Final = (46, 44, 42, 40, 37, 33)
MEAN_AGE_BEFORE: Final = 51.0
MEAN_AGE_AFTER: Final = 40.3
MEMBER_AGES_BEFORE: Final = (30, 33, 35, *(40 + number % 18 for number in range(27)))
MEMBER_AGES_AFTER: Final = (*(24 + number % 12 for number in range(13)), *(36 + number % 15 for number in range(17)))
WOMEN: Final = (9, 16)
GRADUATES: Final = (12, 23)
YOUNG: Final = (3, 13)
"""Committee members before and after the election; so the mean age fell, and the three shares rose (一降多升)."""
COMPOUND_GRIDS: Final = 18
BUILDINGS: Final = 72
JOINT_MATTERS: Final = 261
JOINT_MEETINGS_MISSED: Final = 3
LEADER_VISITS_MISSED: Final = 2
PAIRINGS: Final = 15
PAIRINGS_ENDED: Final = 2
OFFICE_MEMBERS: Final = Range(201, 299)
EPIDEMIC_MEMBERS: Final = Range(101, 199)
LIFTS: Final = 6
ROADS: Final = 8
TRACKS: Final = 2
DEMONSTRATIONS: Final = 3
PROJECTS_FINISHED: Final = 16
FRAUD_VISITS: Final = 240
REVIEWS_MISSED: Final = 1
RULE_CHECKS: Final = 24
