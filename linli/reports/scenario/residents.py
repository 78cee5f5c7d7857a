"""Rows of the high-tech zone 高新区 about residents' matters and services for residents (A6 to A17)."""

from __future__ import annotations

from typing import Final

from linli.reports.metrics import Text
from linli.reports.scenario.row import ScenarioRow
from producers.scenario import figures
from producers.scenario.city import HIGH_TECH

A6B = """
SELECT (SELECT count(*) FROM services_rendered s JOIN here USING (place_id)
        WHERE s.kind IN ('water_repair', 'power_repair') AND s.day <= %(day)s) AS repairs,
       (SELECT count(*) FROM services_rendered s JOIN here USING (place_id)
        WHERE s.seconds_to_render > 0 AND s.day <= %(day)s) AS with_time_from_request_to_done,
       (SELECT count(*) FROM services_rendered s JOIN here USING (place_id)
        WHERE s.kind = 'festival_greeting' AND s.day <= %(day)s) AS greetings,
       (SELECT count(*) FROM activities a JOIN here USING (place_id)
        WHERE a.kind = 'lecture' AND a.day <= %(day)s) AS lectures,
       (SELECT count(*) FROM activities a JOIN here USING (place_id)
        WHERE a.kind = 'after_school' AND a.day <= %(day)s) AS after_school_classes"""

A8 = """, met AS (
    SELECT m.meeting_id, m.level, (SELECT count(DISTINCT p.party_kind) FROM meeting_participants p
                                   WHERE p.meeting_id = m.meeting_id) AS kinds
    FROM meetings m JOIN here USING (place_id) WHERE m.kind = 'five_party' AND m.at_day <= %(day)s
), settled AS (
    SELECT t.case_id, met.level FROM meeting_matters t JOIN met USING (meeting_id) WHERE t.outcome = 'solved'
)
SELECT (SELECT count(*) FROM settled WHERE level = 'community') AS settled_in_the_community,
       (SELECT count(*) FROM settled WHERE level = 'office') AS settled_at_the_office,
       (SELECT count(*) FROM settled WHERE level NOT IN ('community', 'office')) AS settled_above,
       (SELECT min(kinds) FROM met) AS bodies_at_each_meeting,
       (SELECT sum(c.escalations) FROM cases c JOIN settled USING (case_id)) AS escalations"""

A9 = """
SELECT count(*) FILTER (WHERE c.closed_day <= %(day)s) AS handled,
       count(*) FILTER (WHERE c.status = 'open') AS still_open
FROM cases c JOIN here USING (place_id)
WHERE '急难愁盼' = ANY (string_to_array(c.tags, ',')) AND c.channel = 'appeals_centre' AND c.filed_day <= %(day)s"""

A11 = """
SELECT (SELECT count(*) FROM boards b JOIN here USING (place_id) WHERE b.kind = 'convention'
        AND b.valid_from <= %(day)s AND COALESCE(b.valid_to > %(day)s, true)) AS convention_boards,
       (SELECT count(*) FROM boards b JOIN here USING (place_id) WHERE b.kind = 'party_members'
        AND b.valid_from <= %(day)s AND COALESCE(b.valid_to > %(day)s, true)) AS member_boards,
       (SELECT count(*) FROM teams t JOIN here USING (place_id) WHERE t.kind = 'party_volunteer' AND NOT t.joint
        AND t.valid_from <= %(day)s AND COALESCE(t.valid_to > %(day)s, true)) AS volunteer_teams"""

A12 = """
SELECT count(*) FILTER (WHERE p.kind = 'pioneer_post') AS pioneer_posts,
       count(*) FILTER (WHERE p.kind = 'responsibility_area') AS responsibility_areas,
       count(*) FILTER (WHERE p.kind = 'building_head') AS building_heads,
       count(*) FILTER (WHERE p.kind = 'corridor_head') AS corridor_heads,
       count(*) FILTER (WHERE q.political_status = 'party_member' AND EXISTS (
           SELECT FROM appointments a WHERE a.service_id = p.service_id AND a.person_id = p.holder_id
           AND a.capacity = 'owner')) AS held_by_owners_in_the_party
FROM posts p JOIN here USING (place_id) LEFT JOIN persons q ON q.person_id = p.holder_id
WHERE p.valid_from <= %(day)s AND COALESCE(p.valid_to > %(day)s, true)"""

A13 = """, met AS (
    SELECT m.meeting_id FROM meetings m JOIN here USING (place_id)
    WHERE m.kind = 'three_party' AND m.at_day <= %(day)s AND extract(year FROM m.at_day) = extract(year FROM %(day)s::date)
      AND (SELECT count(DISTINCT p.capacity) FROM meeting_participants p WHERE p.meeting_id = m.meeting_id
           AND p.capacity IN ('in_post', 'property_company', 'resident')) = 3
), solved AS (
    SELECT DISTINCT c.case_id, c.category FROM meeting_matters t JOIN met USING (meeting_id) JOIN cases c USING (case_id)
    WHERE t.outcome = 'solved'
)
SELECT count(*) AS solved, count(*) FILTER (WHERE category = 'corridor_clutter') AS corridor_clutter,
       count(*) FILTER (WHERE category = 'flying_wire_charging') AS flying_wires,
       count(*) FILTER (WHERE category = 'vehicle_parking') AS parking,
       count(*) FILTER (WHERE category NOT IN ('corridor_clutter', 'flying_wire_charging', 'vehicle_parking')) AS others
FROM solved"""

A15 = """, joint AS (
    SELECT t.service_id FROM teams t JOIN here USING (place_id)
    WHERE t.joint AND t.valid_from <= %(day)s AND COALESCE(t.valid_to > %(day)s, true)
), held AS (
    SELECT a.service_id, a.beneficiaries FROM activities a JOIN joint ON joint.service_id = a.team_id WHERE a.day <= %(day)s
)
SELECT (SELECT count(*) FROM joint) AS joint_teams, (SELECT count(*) FROM held) AS activities,
       (SELECT count(*) FROM activity_services JOIN held USING (service_id)) AS services,
       (SELECT count(*) FROM held WHERE beneficiaries > 0) AS activities_with_beneficiaries"""

A16 = """, made AS (
    SELECT v.visit_id FROM visits v JOIN here USING (place_id) JOIN teams t ON t.service_id = v.team_id
    WHERE v.kind = 'inspection' AND t.kind IN ('red_attendant', 'red_butler') AND v.at_day <= %(day)s
)
SELECT (SELECT count(*) FROM made) AS inspections,
       (SELECT count(*) FROM hazards h JOIN made USING (visit_id)) AS hazards_found,
       (SELECT count(*) FROM hazards h JOIN made USING (visit_id)
        WHERE h.cleared_day <= %(day)s AND h.seconds_to_clear > 0) AS hazards_cleared,
       (SELECT count(*) FROM visit_demands d JOIN made USING (visit_id)) AS demands,
       (SELECT count(*) FROM visit_demands d JOIN made USING (visit_id) WHERE d.case_status IS NOT NULL)
           AS demands_that_became_cases"""

A17 = """
SELECT count(*) AS resources, count(DISTINCT r.kind) AS kinds,
       count(*) FILTER (WHERE r.quantity_in_use > 0) AS in_use, count(*) FILTER (WHERE r.quantity_free > 0) AS partly_free
FROM resources r JOIN here USING (place_id) WHERE r.valid_from <= %(day)s AND COALESCE(r.valid_to > %(day)s, true)"""

_STEPS = ("case_steps",)
"""A view of the single steps of cases, by whom each was taken: what these rows wait for."""

RESIDENTS_ROWS: Final = (
    ScenarioRow(
        "A6",
        Text("coordinated online, solved on site, followed up", "在线协调、现场解决、跟踪回访"),
        HIGH_TECH,
        {"cases": figures.DESK_CASES, "without_follow_up": figures.DESK_WITHOUT_FOLLOW_UP},
        _STEPS,
    ),
    ScenarioRow(
        "A6b",
        Text("services on request", "水电抢修、节日温暖、公益讲座、四点半课堂"),
        HIGH_TECH,
        {
            "repairs": figures.REPAIRS,
            "with_time_from_request_to_done": figures.REPAIRS,
            "greetings": figures.GREETINGS,
            "lectures": figures.LECTURES,
            "after_school_classes": figures.AFTER_SCHOOLS,
        },
        ("services_rendered", "activities"),
        A6B,
    ),
    ScenarioRow(
        "A7",
        Text("disputes mediated near home", "矛盾纠纷就地调解"),
        HIGH_TECH,
        {
            "in_the_community": figures.MEDIATED_COMMUNITY,
            "at_the_office": figures.MEDIATED_OFFICE,
            "above": figures.MEDIATED_ZONE,
        },
        _STEPS,
    ),
    ScenarioRow(
        "A8",
        Text("five-party mechanism: settled at each level, who took part", "五位一体：各层级化解数、参与主体"),
        HIGH_TECH,
        {
            "settled_in_the_community": figures.SETTLED_COMMUNITY,
            "settled_at_the_office": figures.SETTLED_OFFICE,
            "settled_above": figures.SETTLED_ABOVE,
            "bodies_at_each_meeting": 5,
            "escalations": figures.SETTLED_OFFICE + 2 * figures.SETTLED_ABOVE,
        },
        ("meetings", "meeting_matters", "meeting_participants", "cases"),
        A8,
    ),
    ScenarioRow(
        "A9",
        Text("urgent worries handled at the appeals centre", "群众诉求受理中心办理急难愁盼"),
        HIGH_TECH,
        {"handled": figures.APPEALS_SOLVED, "still_open": figures.APPEALS_OPEN},
        ("cases",),
        A9,
    ),
    ScenarioRow(
        "A10",
        Text("problem and demand list, each with an answerable party", "问题需求清单及责任主体"),
        HIGH_TECH,
        {"open_on_the_list": figures.LISTED_CASES, "symposia": figures.SYMPOSIA},
        _STEPS,
    ),
    ScenarioRow(
        "A11",
        Text("boards and party volunteer teams", "居民公约、党员公示牌、党员志愿队"),
        HIGH_TECH,
        {
            "convention_boards": figures.CONVENTION_BOARDS,
            "member_boards": figures.MEMBER_BOARDS,
            "volunteer_teams": figures.VOLUNTEER_TEAMS,
        },
        ("boards", "teams"),
        A11,
    ),
    ScenarioRow(
        "A12",
        Text("posts", "先锋岗、责任区、楼栋长、楼道长"),
        HIGH_TECH,
        {
            "pioneer_posts": figures.PIONEER_POSTS,
            "responsibility_areas": figures.RESPONSIBILITY_AREAS,
            "building_heads": figures.BUILDING_HEADS,
            "corridor_heads": figures.CORRIDOR_HEADS,
            "held_by_owners_in_the_party": figures.PIONEER_POSTS
            + figures.RESPONSIBILITY_AREAS
            + figures.BUILDING_HEADS
            + figures.CORRIDOR_HEADS,
        },
        ("posts", "persons", "appointments"),
        A12,
    ),
    ScenarioRow(
        "A13",
        Text("long-standing problems solved this year in three-party meetings", "老大难问题三方联席解决"),
        HIGH_TECH,
        {
            "solved": figures.LONG_STANDING,
            "corridor_clutter": figures.CLUTTER,
            "flying_wires": figures.FLYING_WIRES,
            "parking": figures.PARKING,
            "others": figures.OTHER_LONG_STANDING,
        },
        ("meetings", "meeting_matters", "meeting_participants", "cases"),
        A13,
    ),
    ScenarioRow(
        "A14",
        Text("collected, deliberated, served, informed", "收集、协商、服务、告知闭环"),
        HIGH_TECH,
        {"closed_loops": figures.LOOPS_CLOSED, "open_loops": 4 * figures.LOOPS_OPEN},
        _STEPS,
    ),
    ScenarioRow(
        "A15",
        Text("joint teams, their activities and services", "联合志愿队、活动、服务"),
        HIGH_TECH,
        {
            "joint_teams": figures.JOINT_TEAMS,
            "activities": figures.JOINT_ACTIVITIES,
            "services": figures.JOINT_SERVICES,
            "activities_with_beneficiaries": figures.JOINT_ACTIVITIES,
        },
        ("teams", "activities", "activity_services"),
        A15,
    ),
    ScenarioRow(
        "A16",
        Text("inspections, hazards, demands", "红小二、红色管家：隐患排查与需求收集"),
        HIGH_TECH,
        {
            "inspections": figures.INSPECTIONS,
            "hazards_found": figures.HAZARDS,
            "hazards_cleared": figures.HAZARDS_CLEARED,
            "demands": figures.INSPECTION_DEMANDS,
            "demands_that_became_cases": figures.DEMANDS_WITH_CASE,
        },
        ("visits", "visit_demands", "hazards", "teams"),
        A16,
    ),
    ScenarioRow(
        "A17",
        Text("resource lists: in use and free", "资源清单：在用与可用"),
        HIGH_TECH,
        {"resources": figures.RESOURCES, "kinds": 3, "in_use": figures.RESOURCES, "partly_free": figures.RESOURCES},
        ("resources",),
        A17,
    ),
)
