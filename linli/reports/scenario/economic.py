"""Rows of the economic zone 经开区: neighbourhood centres 邻里中心."""

from __future__ import annotations

from typing import Final

from linli.reports.metrics import Text
from linli.reports.scenario.row import ScenarioRow
from producers.scenario import figures
from producers.scenario.city import ECONOMIC

_OPEN = """, open_centre AS (
    SELECT c.* FROM centres c JOIN here USING (place_id)
    WHERE c.valid_from <= %(day)s AND COALESCE(c.valid_to > %(day)s, true)
)"""

B1 = (
    _OPEN
    + """
SELECT count(*) AS centres, sum(floor_area_m2) AS floor_area_m2, sum(investment) AS investment_yuan,
       extract(year FROM max(valid_from)) - extract(year FROM min(valid_from)) + 1 AS years FROM open_centre"""
)

B2 = """, opened AS (
    SELECT f.* FROM facilities f JOIN here USING (place_id)
    WHERE f.valid_from <= %(day)s AND COALESCE(f.valid_to > %(day)s, true)
)
SELECT count(*) AS facilities, count(DISTINCT format) AS formats, count(DISTINCT centre_id) AS centres,
       (SELECT count(*) FROM facility_capacities k JOIN opened USING (service_id) WHERE k.unit = 'beds' AND k.value > 0)
           AS with_beds,
       (SELECT count(*) FROM facility_capacities k JOIN opened USING (service_id) WHERE k.unit = 'meals_a_day' AND k.value > 0)
           AS with_meals
FROM opened"""

B3 = (
    _OPEN
    + """, used AS (
    SELECT u.centre_id, u.nature FROM service_uses u JOIN here USING (place_id) WHERE u.day <= %(day)s
)
SELECT (SELECT count(DISTINCT nature) FROM used) AS natures,
       (SELECT count(*) FROM (SELECT centre_id FROM used GROUP BY centre_id HAVING count(DISTINCT nature) = 3) mixed)
           AS centres_that_mix_all,
       (SELECT count(*) FROM operators o JOIN open_centre USING (service_id)
        WHERE o.lead AND o.valid_from <= %(day)s AND COALESCE(o.valid_to > %(day)s, true)) AS lead_operators,
       (SELECT count(*) FROM operators o JOIN open_centre USING (service_id) JOIN meetings m USING (meeting_id)
        WHERE m.kind = 'consultation' AND m.at_day <= o.valid_from AND o.valid_from <= %(day)s) AS consulted"""
)

B4 = """
SELECT count(*) AS uses, count(DISTINCT u.format) AS formats, count(DISTINCT u.hour) AS hours,
       count(DISTINCT u.age_group) AS age_groups, count(DISTINCT u.kind) AS kinds,
       count(*) FILTER (WHERE u.kind = 'nursery_hourly') AS nursery_by_the_hour
FROM service_uses u JOIN here USING (place_id) WHERE u.day <= %(day)s"""

B5 = """, linked AS (
    SELECT l.* FROM facility_links l
    WHERE l.hub_id IN (SELECT service_id FROM facilities JOIN here USING (place_id)
                       UNION ALL SELECT service_id FROM centres JOIN here USING (place_id))
      AND l.valid_from <= %(day)s AND COALESCE(l.valid_to > %(day)s, true)
)
SELECT count(DISTINCT hub_id) FILTER (WHERE scheme = 'nursery') AS hubs,
       count(DISTINCT facility_id) FILTER (WHERE scheme = 'nursery') AS nurseries,
       count(DISTINCT function) FILTER (WHERE scheme = 'nursery') AS functions,
       count(DISTINCT facility_id) FILTER (WHERE scheme = 'library') AS centres_with_the_library
FROM linked"""

B6 = """
SELECT count(*) AS visits, count(DISTINCT v.visitors_from) AS origins FROM visits v JOIN here USING (place_id)
WHERE v.kind = 'study' AND v.at_day <= %(day)s"""

ECONOMIC_ROWS: Final = (
    ScenarioRow(
        "B1",
        Text("centres built in three years", "三年建成邻里中心"),
        ECONOMIC,
        {
            "centres": figures.CENTRES,
            "floor_area_m2": figures.FLOOR_AREA_CM2 / 10_000,
            "investment_yuan": figures.INVESTMENT_YUAN,
            "years": 3,
        },
        ("centres",),
        B1,
    ),
    ScenarioRow(
        "B2",
        Text("five formats, beds and meals", "五大业态、床位、日供餐"),
        ECONOMIC,
        {
            "facilities": figures.FACILITIES,
            "formats": figures.FORMATS,
            "centres": figures.CENTRES,
            "with_beds": figures.CENTRES,
            "with_meals": figures.CENTRES,
        },
        ("facilities", "facility_capacities"),
        B2,
    ),
    ScenarioRow(
        "B3",
        Text("nature of the service; lead operators, consulted", "服务性质；主运营单位；征求意见"),
        ECONOMIC,
        {
            "natures": 3,
            "centres_that_mix_all": figures.CENTRES,
            "lead_operators": figures.CENTRES,
            "consulted": figures.CONSULTATIONS,
        },
        ("centres", "service_uses", "operators", "meetings"),
        B3,
    ),
    ScenarioRow(
        "B4",
        Text("use by format, hour and age group", "一老一小服务使用"),
        ECONOMIC,
        {
            "uses": figures.USES,
            "formats": figures.FORMATS,
            "hours": figures.USE_HOURS,
            "age_groups": figures.USE_AGE_GROUPS,
            "kinds": figures.USE_KINDS,
            "nursery_by_the_hour": figures.HOURLY_NURSERY,
        },
        ("service_uses",),
        B4,
    ),
    ScenarioRow(
        "B5",
        Text("1+N+X: hub, facilities, functions; one library", "1+N+X托育；经开书房"),
        ECONOMIC,
        {
            "hubs": 1,
            "nurseries": figures.NURSERIES,
            "functions": figures.NURSERY_FUNCTIONS,
            "centres_with_the_library": figures.LIBRARIES,
        },
        ("facility_links", "facilities", "centres"),
        B5,
    ),
    ScenarioRow(
        "B6",
        Text("study visits of other cities", "外地考察学习"),
        ECONOMIC,
        {"visits": figures.STUDY_VISITS, "origins": figures.STUDY_ORIGINS},
        ("visits",),
        B6,
    ),
)
