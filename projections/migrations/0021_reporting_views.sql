-- What reporting consumers read: stable names, each instant also as local time and local day (tools truncate in UTC).

CREATE VIEW {reporting}.cases AS
SELECT c.case_id, c.source, c.time_zone, c.status, c.sub_status, c.stage, c.category, c.request_type, c.urgency, c.channel,
       c.tags, c.duplicate_of,
       c.place_id, pl.name AS place, c.party_id, pa.name AS party,
       c.filed_at, c.filed_at AT TIME ZONE c.time_zone AS filed_local, c.filed_day, c.noon_day,
       c.due_at, c.due_at AT TIME ZONE c.time_zone AS due_local, (c.due_at AT TIME ZONE c.time_zone)::date AS due_day,
       c.deadline_basis,
       c.dispatched_at, c.dispatched_at AT TIME ZONE c.time_zone AS dispatched_local,
       (c.dispatched_at AT TIME ZONE c.time_zone)::date AS dispatched_day,
       c.handled_at, c.handled_at AT TIME ZONE c.time_zone AS handled_local,
       (c.handled_at AT TIME ZONE c.time_zone)::date AS handled_day,
       c.followed_up_at, c.followed_up_at AT TIME ZONE c.time_zone AS followed_up_local,
       (c.followed_up_at AT TIME ZONE c.time_zone)::date AS followed_up_day,
       c.closed_at, c.closed_at AT TIME ZONE c.time_zone AS closed_local, c.closed_day, c.closed_basis,
       c.finished_at, c.finished_at AT TIME ZONE c.time_zone AS finished_local, c.finished_day,
       c.rounds, c.returns, c.urges, c.escalations, c.satisfaction,
       c.filed_to_closed_seconds, c.filed_to_dispatched_seconds, c.handled_to_followed_up_seconds
FROM cases c
LEFT JOIN places pl ON pl.place_id = c.place_id
LEFT JOIN parties pa ON pa.party_id = c.party_id;

CREATE VIEW {reporting}.dispatches AS
SELECT d.case_id, d.dispatch_id, d.source, d.time_zone, d.seq, d.state, d.level, d.role, d.category,
       d.party_id, pa.name AS party, d.from_party_id, d.place_id, pl.name AS place,
       d.filed_at, d.filed_at AT TIME ZONE d.time_zone AS filed_local, d.filed_day,
       d.dispatched_at, d.dispatched_at AT TIME ZONE d.time_zone AS dispatched_local, d.dispatched_day,
       d.signed_at, d.signed_at AT TIME ZONE d.time_zone AS signed_local, (d.signed_at AT TIME ZONE d.time_zone)::date AS signed_day,
       d.returned_at, d.returned_at AT TIME ZONE d.time_zone AS returned_local,
       (d.returned_at AT TIME ZONE d.time_zone)::date AS returned_day,
       d.handled_at, d.handled_at AT TIME ZONE d.time_zone AS handled_local,
       (d.handled_at AT TIME ZONE d.time_zone)::date AS handled_day,
       d.due_at, d.due_at AT TIME ZONE d.time_zone AS due_local, (d.due_at AT TIME ZONE d.time_zone)::date AS due_day,
       d.finished_at, d.finished_at AT TIME ZONE d.time_zone AS finished_local, d.finished_day,
       d.dispatched_to_signed_seconds, d.dispatched_to_handled_seconds
FROM dispatches d
LEFT JOIN places pl ON pl.place_id = d.place_id
LEFT JOIN parties pa ON pa.party_id = d.party_id;

CREATE VIEW {reporting}.irregularities AS
SELECT i.case_id, c.source, i.kind, i.detail, i.at, i.at AT TIME ZONE c.time_zone AS at_local,
       (i.at AT TIME ZONE c.time_zone)::date AS at_day
FROM irregularities i
LEFT JOIN cases c ON c.case_id = i.case_id;

CREATE VIEW {reporting}.counts_by_day AS
SELECT r.day, NULLIF(r.place_id, '') AS place_id, pl.name AS place, NULLIF(r.category, '') AS category,
       r.cases, r.open, r.closed, r.voided, r.referred
FROM counts_by_day r LEFT JOIN places pl ON pl.place_id = r.place_id;

CREATE VIEW {reporting}.counts_by_noon_day AS
SELECT r.noon_day, NULLIF(r.place_id, '') AS place_id, pl.name AS place, NULLIF(r.category, '') AS category,
       r.cases, r.open, r.closed, r.voided, r.referred
FROM counts_by_noon_day r LEFT JOIN places pl ON pl.place_id = r.place_id;

CREATE VIEW {reporting}.places AS SELECT * FROM places;
CREATE VIEW {reporting}.place_parents AS SELECT * FROM place_parents;
CREATE VIEW {reporting}.parties AS SELECT * FROM parties;
CREATE VIEW {reporting}.zones AS SELECT * FROM zones;

COMMENT ON VIEW {reporting}.cases IS
'One row per case, as derived from all its events; *_local and *_day are cut in the time zone of its source. 工单（案件）一行一件';
COMMENT ON VIEW {reporting}.dispatches IS
'One row per dispatch of a case to a handling unit; place as of the dispatch. 派单一行一次';
COMMENT ON VIEW {reporting}.irregularities IS 'What was odd about a case''s facts. 异常情况';
COMMENT ON VIEW {reporting}.counts_by_day IS 'Cases by local day of filing, place and category. 按受理日、地点、类别计数';
COMMENT ON VIEW {reporting}.counts_by_noon_day IS
'Cases by noon-to-noon day (labelled by the day it ends), place and category. 按前一日12:00至当日12:00计数';
COMMENT ON VIEW {reporting}.places IS 'Registered places. 地点';
COMMENT ON VIEW {reporting}.place_parents IS 'Effective-dated links of the place tree, per hierarchy. 地点隶属（按日有效）';
COMMENT ON VIEW {reporting}.parties IS 'Registered parties. 主体';
COMMENT ON VIEW {reporting}.zones IS 'Responsibility assignments, effective-dated, half-open. 责任区（按日有效，左闭右开）';
