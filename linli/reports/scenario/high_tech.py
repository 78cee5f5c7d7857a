"""Rows of the high-tech zone 高新区: party building and property services 党建+物业."""

from __future__ import annotations

from typing import Final

from linli.reports.metrics import Text
from linli.reports.scenario.row import ScenarioRow
from producers.scenario import figures
from producers.scenario.city import HIGH_TECH

A1 = """
SELECT count(*) AS organisations FROM parties p
WHERE p.kind = 'property_party_organisation' AND p.place_id IN (SELECT place_id FROM here)
  AND p.valid_from <= %(day)s AND COALESCE(p.valid_to > %(day)s, true)"""

A2 = """
SELECT (SELECT count(DISTINCT z.place_id) FROM zones z JOIN here USING (place_id)
        WHERE z.duty = 'party_coverage' AND z.basis = 'fallback'
          AND z.valid_from <= %(day)s AND COALESCE(z.valid_to > %(day)s, true)) AS fallback_compounds,
       (SELECT count(*) FROM coverage_gaps g JOIN here USING (place_id)
        WHERE g.duty = 'party_coverage' AND g.kind = 'compound' AND g.valid_from <= %(day)s) AS gaps"""

A3 = """, office AS (
    SELECT a.person_id, a.role, a.part_time, p.kind, p.party_id, p.parent_id
    FROM appointments a JOIN parties p ON p.party_id = a.party_id JOIN here ON here.place_id = p.place_id
    WHERE a.valid_from <= %(day)s AND COALESCE(a.valid_to > %(day)s, true)
)
SELECT count(DISTINCT b.party_id) FILTER (
           WHERE b.role = 'secretary' AND b.kind = 'property_party_organisation'
             AND c.role = 'secretary' AND c.party_id = b.parent_id) AS branches_with_the_communitys_secretary,
       count(DISTINCT b.person_id) FILTER (
           WHERE b.role = 'property_head' AND c.role = 'part_time_member' AND c.part_time
             AND c.kind = 'community_party_organisation') AS heads_as_part_time_members
FROM office b JOIN office c ON c.person_id = b.person_id"""

A4 = """, due AS (
    SELECT p.party_id, y.year
    FROM obligations o
    JOIN parties p ON o.bearer_kind = 'party_kind' AND p.kind = o.bearer
    JOIN place_ancestors n ON n.place_id = p.place_id AND n.ancestor_id = o.place_id AND n.hierarchy = 'administrative'
                          AND %(day)s >= n.valid_from AND %(day)s < n.valid_to
    CROSS JOIN LATERAL generate_series(extract(year FROM o.valid_from)::int, extract(year FROM %(day)s::date)::int) y (year)
    WHERE o.event_type = 'linli.parties.PartyAssessed' AND o.place_id = %(zone)s
)
SELECT count(a.party_id) AS assessed, count(*) FILTER (WHERE a.party_id IS NULL) AS due_and_not_assessed,
       count(a.score) FILTER (WHERE a.feeds = 'bidding,credit,industry') AS scores_that_feed
FROM due d
LEFT JOIN assessments a ON a.party_id = d.party_id AND extract(year FROM a.period_from) = d.year AND a.at_day <= %(day)s"""

A5 = """
SELECT count(*) AS meetings, count(DISTINCT m.kind) AS kinds FROM meetings m JOIN here USING (place_id)
WHERE m.kind IN ('deployment', 'thematic') AND m.at_day <= %(day)s"""

HIGH_TECH_ROWS: Final = (
    ScenarioRow(
        "A1",
        Text("party organisations in property companies", "物业企业党组织应建尽建"),
        HIGH_TECH,
        {"organisations": figures.PROPERTY_ORGANISATIONS},
        ("parties",),
        A1,
    ),
    ScenarioRow(
        "A2",
        Text("compounds covered by the community's organisation", "兜底管理的小区"),
        HIGH_TECH,
        {"fallback_compounds": figures.FALLBACK_COMPOUNDS, "gaps": 0},
        ("zones", "coverage_gaps"),
        A2,
    ),
    ScenarioRow(
        "A3",
        Text("cross-appointment", "双向进入、交叉任职"),
        HIGH_TECH,
        {
            "branches_with_the_communitys_secretary": figures.SHARED_SECRETARIES,
            "heads_as_part_time_members": figures.PART_TIME_HEADS,
        },
        ("appointments", "parties"),
        A3,
    ),
    ScenarioRow(
        "A4",
        Text("assessment once a year, and what it feeds", "每年组织一次考评及结果运用"),
        HIGH_TECH,
        {
            "assessed": len(figures.YEARS) * figures.PROPERTY_ORGANISATIONS - figures.NOT_ASSESSED,
            "due_and_not_assessed": figures.NOT_ASSESSED,
            "scores_that_feed": len(figures.YEARS) * figures.PROPERTY_ORGANISATIONS - figures.NOT_ASSESSED,
        },
        ("obligations", "assessments", "parties"),
        A4,
    ),
    ScenarioRow(
        "A5",
        Text("deployment and thematic meetings", "部署会、专题调度会"),
        HIGH_TECH,
        {"meetings": figures.DEPLOYMENT_MEETINGS + figures.THEMATIC_MEETINGS, "kinds": 2},
        ("meetings",),
        A5,
    ),
)
