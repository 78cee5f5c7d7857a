-- What reporting consumers read of persons, visits, meetings, hazards, projects, agreements and assessments.

CREATE VIEW {reporting}.assessments AS
SELECT a.party_id, pa.name AS party, pa.kind AS party_kind, a.assessment_id, a.source, a.period_from, a.period_to,
       a.score, a.maximum, a.grade, a.criteria, a.feeds,
       a.time_zone, a.at, a.at AT TIME ZONE a.time_zone AS at_local, a.day AS at_day
FROM assessments a
LEFT JOIN parties pa ON pa.party_id = a.party_id;

CREATE VIEW {reporting}.persons AS SELECT * FROM persons;

CREATE VIEW {reporting}.appointments AS
SELECT a.person_id, a.appointment_id, a.source, a.role, a.party_id, pa.name AS party, a.place_id, pl.name AS place,
       a.service_id, a.part_time, a.capacity, a.basis, a.term, a.sort_number, a.valid_from, a.valid_to
FROM appointments a
LEFT JOIN parties pa ON pa.party_id = a.party_id
LEFT JOIN places pl ON pl.place_id = a.place_id;

CREATE VIEW {reporting}.visits AS
SELECT v.visit_id, v.source, v.kind, v.visitor_id, v.party_id, pa.name AS party, v.team_id, v.place_id, pl.name AS place,
       v.visited_party_id, vp.name AS visited_party, v.household_id, v.premises, v.visitors_from, v.head_count, v.reached,
       v.at, v.time_zone, v.at AT TIME ZONE v.time_zone AS at_local, v.day AS at_day, v.duration_seconds
FROM visits v
LEFT JOIN parties pa ON pa.party_id = v.party_id
LEFT JOIN places pl ON pl.place_id = v.place_id
LEFT JOIN parties vp ON vp.party_id = v.visited_party_id;

CREATE VIEW {reporting}.visit_demands AS
SELECT d.visit_id, d.demand_id, d.category, d.case_id, c.status AS case_status,
       v.kind, v.party_id, pa.name AS party, v.place_id, pl.name AS place, v.day
FROM visit_demands d
JOIN visits v ON v.visit_id = d.visit_id
LEFT JOIN cases c ON c.case_id = d.case_id
LEFT JOIN parties pa ON pa.party_id = v.party_id
LEFT JOIN places pl ON pl.place_id = v.place_id;

CREATE VIEW {reporting}.visit_topics AS
SELECT t.visit_id, t.topic, v.kind, v.place_id, pl.name AS place, v.day
FROM visit_topics t
JOIN visits v ON v.visit_id = t.visit_id
LEFT JOIN places pl ON pl.place_id = v.place_id;

CREATE VIEW {reporting}.meetings AS
SELECT m.meeting_id, m.source, m.kind, m.level, m.place_id, pl.name AS place, m.organiser_id, pa.name AS organiser,
       m.chair_id, m.head_count,
       m.at, m.time_zone, m.at AT TIME ZONE m.time_zone AS at_local, m.day AS at_day,
       m.ended_at, m.ended_at AT TIME ZONE m.time_zone AS ended_local, (m.ended_at AT TIME ZONE m.time_zone)::date AS ended_day,
       m.duration_seconds
FROM meetings m
LEFT JOIN places pl ON pl.place_id = m.place_id
LEFT JOIN parties pa ON pa.party_id = m.organiser_id;

CREATE VIEW {reporting}.meeting_participants AS
SELECT p.meeting_id, p.number, m.kind, m.day, p.party_id, pa.name AS party, pa.kind AS party_kind, p.person_id, p.capacity
FROM meeting_participants p
JOIN meetings m ON m.meeting_id = p.meeting_id
LEFT JOIN parties pa ON pa.party_id = p.party_id;

CREATE VIEW {reporting}.meeting_matters AS
SELECT t.meeting_id, t.matter_id, t.kind, t.day, m.level, t.category, t.outcome, t.case_id, c.status AS case_status,
       t.project_id, COALESCE(t.place_id, m.place_id) AS place_id, pl.name AS place, t.party_id, pa.name AS party, t.due_on
FROM meeting_matters t
JOIN meetings m ON m.meeting_id = t.meeting_id
LEFT JOIN cases c ON c.case_id = t.case_id
LEFT JOIN places pl ON pl.place_id = COALESCE(t.place_id, m.place_id)
LEFT JOIN parties pa ON pa.party_id = t.party_id;

CREATE VIEW {reporting}.hazards AS
SELECT h.hazard_id, h.source, h.kind, h.severity, h.place_id, pl.name AS place, h.party_id, pa.name AS party,
       h.found_by, h.team_id, h.visit_id, h.case_id, h.lon, h.lat, h.crs, h.time_zone,
       h.found_at, h.found_at AT TIME ZONE h.time_zone AS found_local, h.found_day,
       h.due_at, h.due_at AT TIME ZONE h.time_zone AS due_local, (h.due_at AT TIME ZONE h.time_zone)::date AS due_day,
       h.cleared_at, h.cleared_at AT TIME ZONE h.time_zone AS cleared_local, h.cleared_day,
       h.cleared_by, h.checked_by, h.outcome, h.seconds_to_clear
FROM hazards h
LEFT JOIN places pl ON pl.place_id = h.place_id
LEFT JOIN parties pa ON pa.party_id = h.party_id;

CREATE VIEW {reporting}.projects AS
SELECT p.project_id, p.source, p.kind, p.name, p.list, p.demonstration, p.place_id, pl.name AS place, p.party_id,
       pa.name AS party, p.meeting_id, p.state, p.stage, p.percent, p.planned_quantity, p.planned_unit, p.quantity, p.unit,
       p.funding, p.budget_cents, p.spent_cents, p.cost_cents, p.planned_from, p.planned_to, p.time_zone,
       p.listed_at, p.listed_at AT TIME ZONE p.time_zone AS listed_local, p.listed_day,
       p.progressed_at, p.progressed_at AT TIME ZONE p.time_zone AS progressed_local,
       (p.progressed_at AT TIME ZONE p.time_zone)::date AS progressed_day,
       p.finished_at, p.finished_at AT TIME ZONE p.time_zone AS finished_local, p.finished_day
FROM projects p
LEFT JOIN places pl ON pl.place_id = p.place_id
LEFT JOIN parties pa ON pa.party_id = p.party_id;

CREATE VIEW {reporting}.project_cases AS
SELECT x.project_id, p.name AS project, p.kind, p.state, x.case_id, c.status AS case_status
FROM project_cases x
JOIN projects p ON p.project_id = x.project_id
LEFT JOIN cases c ON c.case_id = x.case_id;

CREATE VIEW {reporting}.pairings AS
SELECT g.agreement_id, g.source, g.place_id, pl.name AS place, g.party_id, pa.name AS party,
       g.partner_id, pt.name AS partner, g.partner_kind, g.demands, g.resources, g.tasks, g.valid_from, g.valid_to
FROM pairings g
LEFT JOIN places pl ON pl.place_id = g.place_id
LEFT JOIN parties pa ON pa.party_id = g.party_id
LEFT JOIN parties pt ON pt.party_id = g.partner_id;

CREATE VIEW {reporting}.facility_links AS SELECT * FROM facility_links;

COMMENT ON VIEW {reporting}.assessments IS
'One row per party and assessment: score, and what it feeds; *_local and *_day are cut in time_zone. 考评一行一次';
COMMENT ON VIEW {reporting}.persons IS
'One row per person under a pseudonym, as last profiled; publish sums over bodies, never single rows. 人员（化名）';
COMMENT ON VIEW {reporting}.appointments IS 'Who holds which office, effective-dated, half-open. 任职（按日有效，左闭右开）';
COMMENT ON VIEW {reporting}.visits IS
'One row per visit; *_local and *_day are cut in the time zone of its source. 走访一行一次';
COMMENT ON VIEW {reporting}.visit_demands IS 'One row per demand that a visit raised, with its case. 走访诉求一行一条';
COMMENT ON VIEW {reporting}.visit_topics IS 'One row per visit and topic. 走访事项一行一条';
COMMENT ON VIEW {reporting}.meetings IS
'One row per meeting; *_local and *_day are cut in the time zone of its source. 会议一行一次';
COMMENT ON VIEW {reporting}.meeting_participants IS 'One row per participant listed. 参会人员一行一位';
COMMENT ON VIEW {reporting}.meeting_matters IS
'One row per matter of a meeting, with its outcome; place: the matter''s own, else the meeting''s. 议题一行一项';
COMMENT ON VIEW {reporting}.hazards IS
'One row per hazard found; *_local and *_day are cut in the time zone of its source. 隐患一行一处';
COMMENT ON VIEW {reporting}.projects IS 'One row per project listed: state, plan and result. 项目一行一个';
COMMENT ON VIEW {reporting}.project_cases IS 'One row per project and case that it answers. 项目关联工单一行一件';
COMMENT ON VIEW {reporting}.pairings IS 'Pairings of communities, effective-dated, half-open. 契约化共建（按日有效，左闭右开）';
COMMENT ON VIEW {reporting}.facility_links IS
'Facilities and functions linked to a hub, effective-dated, half-open. 设施联建（按日有效，左闭右开）';
