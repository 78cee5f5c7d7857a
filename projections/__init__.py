"""What happened to an entity, as rows and as sums. In come all facts of the entities that a batch touches; out go
their rows in PostgreSQL, and the differences that these make to roll-ups.

Read `facts` (which facts count, in which order), then `cases` (how a projection reads), then `touch` (the only way in
which rows change). Adding a projection: one file, and one line in `PROJECTIONS` or `ROLL_UPS`; its table: one
migration.
"""

from __future__ import annotations

from projections.activities import (
    ACTIVITIES,
    ACTIVITY_CASES,
    ACTIVITY_PARTICIPANTS,
    ACTIVITY_PARTIES,
    ACTIVITY_SERVICES,
)
from projections.agreements import FACILITY_LINKS, PAIRINGS
from projections.alarm_rules import ALARM_RULES
from projections.alarms import ALARMS
from projections.assessments import ASSESSMENTS
from projections.boards import BOARDS
from projections.calendars import CALENDAR_DAYS, CALENDAR_HOURS, CALENDAR_WEEKDAYS, CALENDARS
from projections.cases import CASES
from projections.categories import CATEGORIES
from projections.centres import CENTRES
from projections.counts import COUNTS_BY_DAY, COUNTS_BY_NOON_DAY
from projections.devices import DEVICE_MEASURES, DEVICE_PLACES, DEVICES
from projections.dispatches import DISPATCHES
from projections.escalations import ESCALATION_LADDERS, ESCALATION_STEPS
from projections.facilities import FACILITIES, FACILITY_CAPACITIES
from projections.hazards import HAZARDS
from projections.irregularities import IRREGULARITIES
from projections.meetings import MEETING_MATTERS, MEETING_PARTICIPANTS, MEETINGS
from projections.metric_definitions import METRIC_DEFINITIONS, METRIC_WEIGHTS
from projections.obligations import OBLIGATION_FILTERS, OBLIGATIONS
from projections.operators import OPERATORS
from projections.parties import PARTIES, PARTY_ALIASES
from projections.periods import PERIOD_INTERVALS, PERIODS
from projections.persons import APPOINTMENTS, PERSONS
from projections.places import PLACE_ALIASES, PLACE_PARENTS, PLACES
from projections.posts import POSTS
from projections.projects import PROJECT_CASES, PROJECTS
from projections.resources import RESOURCES
from projections.response_times import RESPONSE_TIMES_BY_CATEGORY, RESPONSE_TIMES_BY_UNIT
from projections.service_levels import SERVICE_LEVELS
from projections.service_uses import SERVICE_USES
from projections.services_rendered import SERVICES_RENDERED
from projections.teams import TEAM_MEMBERS, TEAM_PARTIES, TEAMS
from projections.visits import VISIT_DEMANDS, VISIT_TOPICS, VISITS
from projections.zones import ZONES

PROJECTIONS = (
    CASES,
    DISPATCHES,
    IRREGULARITIES,
    PLACES,
    PLACE_PARENTS,
    PLACE_ALIASES,
    PARTIES,
    PARTY_ALIASES,
    ZONES,
    ASSESSMENTS,
    PERSONS,
    APPOINTMENTS,
    VISITS,
    VISIT_DEMANDS,
    VISIT_TOPICS,
    MEETINGS,
    MEETING_PARTICIPANTS,
    MEETING_MATTERS,
    HAZARDS,
    PROJECTS,
    PROJECT_CASES,
    PAIRINGS,
    FACILITY_LINKS,
    CATEGORIES,
    SERVICE_LEVELS,
    CALENDARS,
    CALENDAR_WEEKDAYS,
    CALENDAR_DAYS,
    CALENDAR_HOURS,
    PERIODS,
    PERIOD_INTERVALS,
    METRIC_DEFINITIONS,
    METRIC_WEIGHTS,
    OBLIGATIONS,
    OBLIGATION_FILTERS,
    ESCALATION_LADDERS,
    ESCALATION_STEPS,
    ALARM_RULES,
    CENTRES,
    FACILITIES,
    FACILITY_CAPACITIES,
    OPERATORS,
    TEAMS,
    TEAM_PARTIES,
    TEAM_MEMBERS,
    BOARDS,
    POSTS,
    RESOURCES,
    ACTIVITIES,
    ACTIVITY_PARTIES,
    ACTIVITY_PARTICIPANTS,
    ACTIVITY_SERVICES,
    ACTIVITY_CASES,
    SERVICES_RENDERED,
    SERVICE_USES,
    DEVICES,
    DEVICE_PLACES,
    DEVICE_MEASURES,
    ALARMS,
)
ROLL_UPS = (
    COUNTS_BY_DAY,
    COUNTS_BY_NOON_DAY,
    RESPONSE_TIMES_BY_CATEGORY,
    RESPONSE_TIMES_BY_UNIT,
)
