"""Rows of the Xiaolan zone 小蓝经开区: communities and how they are led, grids, joint meetings, visits, projects."""

from __future__ import annotations

from typing import Final

from linli.reports.metrics import Text
from linli.reports.scenario.row import ScenarioRow
from producers.scenario import figures
from producers.scenario.city import XIAOLAN

_OFFICE = """, office AS (
    SELECT a.person_id, a.role, a.term, a.party_id, a.valid_from, a.valid_to, p.kind, p.place_id
    FROM appointments a JOIN parties p ON p.party_id = a.party_id JOIN here ON here.place_id = p.place_id
)"""

C1 = (
    _OFFICE
    + """, held AS (
    SELECT * FROM office WHERE valid_from <= %(day)s AND COALESCE(valid_to > %(day)s, true)
)
SELECT (SELECT count(*) FROM places JOIN here USING (place_id) WHERE kind = 'office') AS offices,
       (SELECT count(*) FROM places JOIN here USING (place_id) WHERE kind = 'community') AS communities,
       (SELECT count(DISTINCT s.place_id) FROM held s JOIN held d ON d.person_id = s.person_id AND d.place_id = s.place_id
        WHERE s.role = 'secretary' AND s.kind = 'community_party_organisation'
          AND d.role = 'director' AND d.kind = 'residents_committee') AS in_one_hand,
       (SELECT count(DISTINCT o.place_id) FROM places o JOIN here USING (place_id)
        WHERE o.kind = 'office' AND (SELECT count(*) FROM parties p WHERE p.place_id = o.place_id
                                     AND p.kind = 'office_party_committee') = 1) AS offices_with_one_committee"""
)

_ELECTION = (
    _OFFICE
    + """, moment AS (
    SELECT unnest(ARRAY['before', 'after']) AS which, unnest(ARRAY[min(valid_from) - 1, min(valid_from)]) AS day
    FROM office WHERE term = '2021-2026' AND valid_from <= %(day)s
), served AS (
    SELECT m.which, o.role, q.sex, q.education,
           extract(year FROM m.day) - q.birth_year - (q.birth_month > extract(month FROM m.day))::int AS age
    FROM moment m
    JOIN office o ON o.valid_from <= m.day AND COALESCE(o.valid_to > m.day, true)
    JOIN persons q ON q.person_id = o.person_id
)"""
)
"""Who served on the last day before the election and on its day, with the age in full years on that day."""

C2 = (
    _ELECTION
    + """
SELECT round(avg(age) FILTER (WHERE which = 'before'), 1) AS mean_age_before,
       round(avg(age) FILTER (WHERE which = 'after'), 1) AS mean_age_after,
       count(*) FILTER (WHERE which = 'after') AS secretaries
FROM served WHERE role = 'secretary'"""
)

C2B = (
    _ELECTION
    + """
SELECT round(avg(age) FILTER (WHERE which = 'before'), 1) AS mean_age_before,
       round(avg(age) FILTER (WHERE which = 'after'), 1) AS mean_age_after,
       count(*) FILTER (WHERE sex = 'female' AND which = 'before') AS women_before,
       count(*) FILTER (WHERE sex = 'female' AND which = 'after') AS women_after,
       count(*) FILTER (WHERE education IN ('college', 'bachelor', 'master', 'doctor') AND which = 'before')
           AS graduates_before,
       count(*) FILTER (WHERE education IN ('college', 'bachelor', 'master', 'doctor') AND which = 'after')
           AS graduates_after,
       count(*) FILTER (WHERE age <= 35 AND which = 'before') AS young_before,
       count(*) FILTER (WHERE age <= 35 AND which = 'after') AS young_after
FROM served WHERE role = 'committee_member'"""
)

C3 = """, building AS (
    SELECT b.place_id, b.valid_from FROM places b JOIN here USING (place_id) WHERE b.kind = 'building'
), link AS (
    SELECT l.place_id, l.parent_id, GREATEST(l.valid_from, b.valid_from) AS since,
           LEAST(l.valid_to, %(day)s::date + 1) AS until
    FROM place_parents l JOIN building b USING (place_id) JOIN places g ON g.place_id = l.parent_id AND g.kind = 'grid'
    WHERE l.hierarchy = 'grid' AND l.valid_from <= %(day)s
)
SELECT (SELECT count(DISTINCT n.ancestor_id) FROM place_ancestors n JOIN link USING (place_id)
        WHERE n.hierarchy = 'grid' AND n.distance = 2) AS community_grids,
       (SELECT count(DISTINCT parent_id) FROM link) AS compound_grids,
       (SELECT count(*) FROM building) AS buildings,
       (SELECT count(*) FROM building b WHERE %(day)s::date + 1 - b.valid_from
           = (SELECT sum(l.until - l.since) FROM link l WHERE l.place_id = b.place_id)
         AND NOT EXISTS (SELECT FROM link a JOIN link c ON c.place_id = a.place_id AND c.since > a.since AND c.since < a.until
                         WHERE a.place_id = b.place_id)) AS in_exactly_one_grid_every_day"""

C4 = """
SELECT count(*) AS matters_solved FROM meeting_matters t
JOIN meetings m USING (meeting_id) JOIN here ON here.place_id = m.place_id
WHERE m.kind = 'joint' AND t.outcome = 'solved' AND m.at_day >= DATE '2021-01-01' AND m.at_day <= %(day)s"""

C5 = """, month AS (
    SELECT o.rule_id, p.party_id, d::date AS since, (d + interval '1 month')::date AS until
    FROM obligations o JOIN parties p ON p.kind = o.bearer JOIN here ON here.place_id = p.place_id
    CROSS JOIN LATERAL generate_series(o.valid_from::timestamp, %(day)s::timestamp, interval '1 month') d
    WHERE o.place_id = %(zone)s AND o.bearer_kind = 'party_kind' AND o.period = 'month'
), year AS (
    SELECT o.rule_id, o.target_field, z.person_id, z.place_id, d::date AS since, (d + interval '1 year')::date AS until
    FROM obligations o JOIN zones z ON z.duty = o.bearer JOIN here ON here.place_id = z.place_id
    CROSS JOIN LATERAL generate_series(o.valid_from::timestamp, %(day)s::timestamp, interval '1 year') d
    WHERE o.place_id = %(zone)s AND o.bearer_kind = 'duty' AND o.period = 'year'
), owed AS (
    SELECT EXISTS (SELECT FROM meetings m WHERE m.kind = 'joint' AND m.organiser_id = month.party_id
                   AND m.at_day >= since AND m.at_day < until AND m.at_day <= %(day)s) AS met, 'meeting' AS what
    FROM month
  UNION ALL
    SELECT EXISTS (SELECT FROM visits v LEFT JOIN parties p ON p.party_id = v.visited_party_id
                   WHERE v.kind = 'leader' AND v.visitor_id = year.person_id AND v.at_day <= %(day)s
                     AND v.at_day >= since AND v.at_day < until AND year.place_id
                         = CASE year.target_field WHEN 'place_id' THEN v.place_id ELSE p.place_id END), 'visit'
    FROM year
)
SELECT count(*) FILTER (WHERE what = 'meeting') AS meetings_due,
       count(*) FILTER (WHERE what = 'meeting' AND met) AS meetings_held,
       count(*) FILTER (WHERE what = 'visit') AS visits_due, count(*) FILTER (WHERE what = 'visit' AND met) AS visits_made
FROM owed"""

C6 = """
SELECT count(*) AS pairings, count(DISTINCT p.place_id) AS communities FROM pairings p JOIN here USING (place_id)
WHERE p.valid_from <= %(day)s AND COALESCE(p.valid_to > %(day)s, true)"""

C7 = """
SELECT (SELECT count(DISTINCT p.person_id) FROM activity_participants p JOIN here USING (place_id)
        JOIN parties o ON o.party_id = p.party_id AND o.kind = 'office_party_committee'
        WHERE p.capacity = 'party_member' AND p.day <= %(day)s) AS members_among_residents_and_enterprises,
       (SELECT count(DISTINCT a.person_id) FROM appointments a JOIN here USING (place_id)
        WHERE a.role = 'epidemic_post' AND a.valid_from <= %(day)s) AS members_at_epidemic_posts,
       (SELECT count(DISTINCT a.place_id) FROM appointments a JOIN here USING (place_id)
        WHERE a.role = 'epidemic_post' AND a.valid_from <= %(day)s) AS communities"""

C8 = """, listed AS (
    SELECT p.* FROM projects p JOIN here USING (place_id) WHERE p.list = 'project_list' AND p.listed_day <= %(day)s
)
SELECT count(*) FILTER (WHERE kind = 'lift') AS lifts, count(*) FILTER (WHERE kind = 'road_hardening') AS roads,
       count(*) FILTER (WHERE kind = 'running_track') AS tracks, count(*) FILTER (WHERE demonstration) AS demonstrations,
       count(*) FILTER (WHERE finished_day <= %(day)s) AS finished,
       (SELECT count(DISTINCT x.project_id) FROM project_cases x JOIN listed USING (project_id)
        JOIN activity_cases USING (case_id)) AS registered_at_activities
FROM listed"""

C9 = """
SELECT count(*) AS visits, count(DISTINCT v.household_id) AS households_reached,
       count(DISTINCT v.place_id) AS grids FROM visits v JOIN here USING (place_id) JOIN visit_topics t USING (visit_id)
WHERE v.kind = 'publicity' AND t.topic = 'anti_fraud' AND v.reached AND v.at_day <= %(day)s"""

C10 = """, owed AS (
    SELECT p.party_id, y.year FROM obligations o JOIN obligation_filters f USING (rule_id)
    JOIN parties p ON p.kind = o.bearer JOIN here ON here.place_id = p.place_id
    CROSS JOIN LATERAL generate_series(extract(year FROM o.valid_from)::int, extract(year FROM %(day)s::date)::int) y (year)
    WHERE o.place_id = %(zone)s AND o.period = 'year' AND f.key = 'kind' AND f.value = 'review'
), held AS (
    SELECT o.*, EXISTS (SELECT FROM meetings m WHERE m.kind = 'review' AND m.organiser_id = o.party_id
                        AND extract(year FROM m.at_day) = o.year AND m.at_day <= %(day)s) AS held
    FROM owed o
)
SELECT count(*) FILTER (WHERE held) AS held, count(*) FILTER (WHERE NOT held) AS missing,
       (SELECT count(*) FROM visits v JOIN here USING (place_id) WHERE v.kind = 'rule_check' AND v.at_day <= %(day)s)
           AS rule_checks
FROM held"""

_MEMBERS = len(figures.MEMBER_AGES_BEFORE)

XIAOLAN_ROWS: Final = (
    ScenarioRow(
        "C1",
        Text("offices and communities; secretary and director in one hand", "管理处、社区；一肩挑；大党委"),
        XIAOLAN,
        {
            "offices": figures.OFFICES,
            "communities": figures.COMMUNITIES,
            "in_one_hand": figures.COMMUNITIES,
            "offices_with_one_committee": figures.OFFICES,
        },
        ("places", "parties", "appointments"),
        C1,
    ),
    ScenarioRow(
        "C2",
        Text("mean age of secretaries before and after the election", "换届前后书记平均年龄"),
        XIAOLAN,
        {
            "mean_age_before": figures.MEAN_AGE_BEFORE,
            "mean_age_after": figures.MEAN_AGE_AFTER,
            "secretaries": figures.COMMUNITIES,
        },
        ("persons", "appointments"),
        C2,
    ),
    ScenarioRow(
        "C2b",
        Text("committee members before and after: one falls, three rise", "两委成员一降多升"),
        XIAOLAN,
        {
            "mean_age_before": round(sum(figures.MEMBER_AGES_BEFORE) / _MEMBERS, 1),
            "mean_age_after": round(sum(figures.MEMBER_AGES_AFTER) / _MEMBERS, 1),
            "women_before": figures.WOMEN[0],
            "women_after": figures.WOMEN[1],
            "graduates_before": figures.GRADUATES[0],
            "graduates_after": figures.GRADUATES[1],
            "young_before": figures.YOUNG[0],
            "young_after": figures.YOUNG[1],
        },
        ("persons", "appointments"),
        C2B,
    ),
    ScenarioRow(
        "C3",
        Text("grids: three levels linked, each building in one", "社区、小区、楼栋三级网格"),
        XIAOLAN,
        {
            "community_grids": figures.COMMUNITIES,
            "compound_grids": figures.COMPOUND_GRIDS,
            "buildings": figures.BUILDINGS,
            "in_exactly_one_grid_every_day": figures.BUILDINGS,
        },
        ("places", "place_parents", "place_ancestors"),
        C3,
    ),
    ScenarioRow(
        "C4",
        Text("matters solved through joint meetings since 2021", "党建联席会解决事项"),
        XIAOLAN,
        {"matters_solved": figures.JOINT_MATTERS},
        ("meetings", "meeting_matters"),
        C4,
    ),
    ScenarioRow(
        "C5",
        Text("joint meetings each month, leaders' visits each year: due and met", "联席会与挂点联系：应办与已办"),
        XIAOLAN,
        {
            "meetings_due": 36 * figures.OFFICES,
            "meetings_held": 36 * figures.OFFICES - figures.JOINT_MEETINGS_MISSED,
            "visits_due": 6 * figures.COMMUNITIES,
            "visits_made": 6 * figures.COMMUNITIES - figures.LEADER_VISITS_MISSED,
        },
        ("obligations", "meetings", "visits", "zones"),
        C5,
    ),
    ScenarioRow(
        "C6",
        Text("contract-style pairing", "契约化共建"),
        XIAOLAN,
        {"pairings": figures.PAIRINGS, "communities": figures.COMMUNITIES},
        ("pairings",),
        C6,
    ),
    ScenarioRow(
        "C7",
        Text("party members among residents, and at epidemic posts", "党员下社区进企业；防疫岗党员"),
        XIAOLAN,
        {
            "members_among_residents_and_enterprises": figures.OFFICE_MEMBERS,
            "members_at_epidemic_posts": figures.EPIDEMIC_MEMBERS,
            "communities": figures.COMMUNITIES,
        },
        ("activity_participants", "appointments"),
        C7,
    ),
    ScenarioRow(
        "C8",
        Text("projects by kind and state, from issues registered at activities", "项目清单与进展"),
        XIAOLAN,
        {
            "lifts": figures.LIFTS,
            "roads": figures.ROADS,
            "tracks": figures.TRACKS,
            "demonstrations": figures.DEMONSTRATIONS,
            "finished": figures.PROJECTS_FINISHED,
            "registered_at_activities": figures.LIFTS + figures.ROADS + figures.TRACKS + figures.DEMONSTRATIONS,
        },
        ("projects", "project_cases", "activity_cases"),
        C8,
    ),
    ScenarioRow(
        "C9",
        Text("anti-fraud visits by grid workers", "网格员反诈宣传走访"),
        XIAOLAN,
        {
            "visits": figures.FRAUD_VISITS,
            "households_reached": figures.FRAUD_VISITS * 3 // 4,
            "grids": figures.COMPOUND_GRIDS,
        },
        ("visits", "visit_topics"),
        C9,
    ),
    ScenarioRow(
        "C10",
        Text("review meetings each year; checks of the rules", "述职；制度落实走访"),
        XIAOLAN,
        {
            "held": len(figures.YEARS) * figures.OFFICES - figures.REVIEWS_MISSED,
            "missing": figures.REVIEWS_MISSED,
            "rule_checks": figures.RULE_CHECKS,
        },
        ("obligations", "obligation_filters", "meetings", "visits"),
        C10,
    ),
)
