"""What happened to an entity, as rows and as sums. In come all facts of the entities that a batch touches; out go
their rows in PostgreSQL, and the differences that these make to roll-ups.

Read `facts` (which facts count, in which order), then `cases` (how a projection reads), then `touch` (the only way in
which rows change). Adding a projection: one file, and one line in `PROJECTIONS` or `ROLL_UPS`; its table: one
migration.
"""

from __future__ import annotations

from projections.agreements import FACILITY_LINKS, PAIRINGS
from projections.assessments import ASSESSMENTS
from projections.cases import CASES
from projections.counts import COUNTS_BY_DAY, COUNTS_BY_NOON_DAY
from projections.dispatches import DISPATCHES
from projections.hazards import HAZARDS
from projections.irregularities import IRREGULARITIES
from projections.meetings import MEETING_MATTERS, MEETING_PARTICIPANTS, MEETINGS
from projections.parties import PARTIES, PARTY_ALIASES
from projections.persons import APPOINTMENTS, PERSONS
from projections.places import PLACE_ALIASES, PLACE_PARENTS, PLACES
from projections.projects import PROJECT_CASES, PROJECTS
from projections.response_times import RESPONSE_TIMES_BY_CATEGORY, RESPONSE_TIMES_BY_UNIT
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
)
ROLL_UPS = (
    COUNTS_BY_DAY,
    COUNTS_BY_NOON_DAY,
    RESPONSE_TIMES_BY_CATEGORY,
    RESPONSE_TIMES_BY_UNIT,
)
