-- What reporting consumers read of services, devices, alarms and rules: names beside ids, each instant also as local time
-- and local day.

CREATE VIEW {reporting}.centres AS
SELECT c.service_id, c.source, c.name, c.short_name, c.sort_number, c.place_id, pl.name AS place, c.party_id, pa.name AS party,
       c.floor_area_cm2, c.floor_area_cm2 / 10000.0 AS floor_area_m2,
       c.investment_cents, c.investment_cents / 100.0 AS investment, c.lon, c.lat, c.crs, c.valid_from, c.valid_to
FROM centres c
LEFT JOIN places pl ON pl.place_id = c.place_id
LEFT JOIN parties pa ON pa.party_id = c.party_id;

CREATE VIEW {reporting}.facilities AS
SELECT f.service_id, f.source, f.name, f.format, f.kind, f.centre_id, c.name AS centre, f.place_id, pl.name AS place,
       f.floor_area_cm2, f.floor_area_cm2 / 10000.0 AS floor_area_m2, f.age_groups, f.lon, f.lat, f.crs, f.valid_from, f.valid_to
FROM facilities f
LEFT JOIN centres c ON c.service_id = f.centre_id
LEFT JOIN places pl ON pl.place_id = f.place_id;

CREATE VIEW {reporting}.facility_capacities AS
SELECT k.service_id, k.number, f.name AS facility, f.format, f.kind, f.centre_id, c.name AS centre, k.unit, k.value,
       f.valid_from, f.valid_to
FROM facility_capacities k
JOIN facilities f ON f.service_id = k.service_id
LEFT JOIN centres c ON c.service_id = f.centre_id;

CREATE VIEW {reporting}.operators AS
SELECT o.service_id, COALESCE(c.name, f.name) AS name,
       CASE WHEN c.service_id IS NOT NULL THEN 'centre' WHEN f.service_id IS NOT NULL THEN 'facility' END AS runs,
       o.party_id, pa.name AS party, o.lead, o.funding, o.meeting_id, o.source, o.valid_from, o.valid_to
FROM operators o
LEFT JOIN centres c ON c.service_id = o.service_id
LEFT JOIN facilities f ON f.service_id = o.service_id
LEFT JOIN parties pa ON pa.party_id = o.party_id;

CREATE VIEW {reporting}.teams AS
SELECT t.service_id, t.source, t.kind, t.name, t.joint, t.place_id, pl.name AS place, t.leader_id, t.head_count,
       t.valid_from, t.valid_to
FROM teams t
LEFT JOIN places pl ON pl.place_id = t.place_id;

CREATE VIEW {reporting}.team_parties AS
SELECT m.service_id, t.name AS team, t.kind, m.party_id, pa.name AS party
FROM team_parties m
JOIN teams t ON t.service_id = m.service_id
LEFT JOIN parties pa ON pa.party_id = m.party_id;

CREATE VIEW {reporting}.team_members AS
SELECT m.service_id, t.name AS team, t.kind, m.person_id
FROM team_members m
JOIN teams t ON t.service_id = m.service_id;

CREATE VIEW {reporting}.boards AS
SELECT b.service_id, b.source, b.kind, b.place_id, pl.name AS place, b.party_id, pa.name AS party, b.lon, b.lat, b.crs,
       b.valid_from, b.valid_to
FROM boards b
LEFT JOIN places pl ON pl.place_id = b.place_id
LEFT JOIN parties pa ON pa.party_id = b.party_id;

CREATE VIEW {reporting}.posts AS
SELECT p.service_id, p.source, p.kind, p.name, p.place_id, pl.name AS place, p.party_id, pa.name AS party, p.holder_id,
       p.valid_from, p.valid_to
FROM posts p
LEFT JOIN places pl ON pl.place_id = p.place_id
LEFT JOIN parties pa ON pa.party_id = p.party_id;

CREATE VIEW {reporting}.resources AS
SELECT r.service_id, r.source, r.kind, r.name, r.quantity, r.quantity_in_use, r.quantity - r.quantity_in_use AS quantity_free,
       r.unit, r.place_id, pl.name AS place, r.party_id, pa.name AS party, r.used_by_id, us.name AS used_by,
       r.valid_from, r.valid_to
FROM resources r
LEFT JOIN places pl ON pl.place_id = r.place_id
LEFT JOIN parties pa ON pa.party_id = r.party_id
LEFT JOIN parties us ON us.party_id = r.used_by_id;

CREATE VIEW {reporting}.activities AS
SELECT a.service_id, a.source, a.time_zone, a.kind, a.format, a.facility_id, f.name AS facility, a.centre_id, c.name AS centre,
       a.place_id, pl.name AS place, a.party_id, pa.name AS party, a.for_party_id, fp.name AS for_party, a.team_id, t.name AS team,
       a.nature, a.age_group, a.head_count, a.beneficiaries,
       a.at, a.at AT TIME ZONE a.time_zone AS at_local, a.day, a.hour,
       a.ended_at, a.ended_at AT TIME ZONE a.time_zone AS ended_local, (a.ended_at AT TIME ZONE a.time_zone)::date AS ended_day,
       a.duration_seconds
FROM activities a
LEFT JOIN facilities f ON f.service_id = a.facility_id
LEFT JOIN centres c ON c.service_id = a.centre_id
LEFT JOIN places pl ON pl.place_id = a.place_id
LEFT JOIN parties pa ON pa.party_id = a.party_id
LEFT JOIN parties fp ON fp.party_id = a.for_party_id
LEFT JOIN teams t ON t.service_id = a.team_id;

CREATE VIEW {reporting}.activity_parties AS
SELECT m.service_id, a.kind AS activity_kind, a.day, m.party_id, pa.name AS party
FROM activity_parties m
JOIN activities a ON a.service_id = m.service_id
LEFT JOIN parties pa ON pa.party_id = m.party_id;

CREATE VIEW {reporting}.activity_participants AS
SELECT m.service_id, m.number, a.kind AS activity_kind, a.day, a.place_id, pl.name AS place, a.for_party_id,
       m.person_id, m.party_id, pa.name AS party, m.capacity
FROM activity_participants m
JOIN activities a ON a.service_id = m.service_id
LEFT JOIN places pl ON pl.place_id = a.place_id
LEFT JOIN parties pa ON pa.party_id = m.party_id;

CREATE VIEW {reporting}.activity_services AS
SELECT s.service_id, s.number, a.kind AS activity_kind, a.day, a.place_id, pl.name AS place, a.party_id, pa.name AS party,
       a.team_id, t.name AS team, s.kind, s.beneficiaries
FROM activity_services s
JOIN activities a ON a.service_id = s.service_id
LEFT JOIN places pl ON pl.place_id = a.place_id
LEFT JOIN parties pa ON pa.party_id = a.party_id
LEFT JOIN teams t ON t.service_id = a.team_id;

CREATE VIEW {reporting}.activity_cases AS
SELECT m.service_id, a.kind AS activity_kind, a.day, m.case_id
FROM activity_cases m
JOIN activities a ON a.service_id = m.service_id;

CREATE VIEW {reporting}.services_rendered AS
SELECT s.service_id, s.source, s.time_zone, s.kind,
       s.requested_at, s.requested_at AT TIME ZONE s.time_zone AS requested_local,
       (s.requested_at AT TIME ZONE s.time_zone)::date AS requested_day,
       s.at, s.at AT TIME ZONE s.time_zone AS at_local, s.day, s.seconds_to_render,
       s.channel, s.urgency, s.rendered_by, s.party_id, pa.name AS party, s.team_id, t.name AS team, s.activity_id, s.case_id,
       s.place_id, pl.name AS place, s.household_id, s.person_id, s.beneficiaries, s.age_group, s.nature, s.outcome, s.satisfaction
FROM services_rendered s
LEFT JOIN places pl ON pl.place_id = s.place_id
LEFT JOIN parties pa ON pa.party_id = s.party_id
LEFT JOIN teams t ON t.service_id = s.team_id;

CREATE VIEW {reporting}.service_uses AS
SELECT u.service_id, u.source, u.time_zone, u.facility_id, f.name AS facility,
       COALESCE(u.centre_id, f.centre_id) AS centre_id, c.name AS centre,
       COALESCE(u.place_id, f.place_id) AS place_id, pl.name AS place, COALESCE(u.format, f.format) AS format,
       u.kind, u.nature, u.age_group, u.person_id, u.quantity, u.unit,
       u.at, u.at AT TIME ZONE u.time_zone AS at_local, u.day, u.hour, u.duration_seconds, u.price_cents
FROM service_uses u
LEFT JOIN facilities f ON f.service_id = u.facility_id
LEFT JOIN centres c ON c.service_id = COALESCE(u.centre_id, f.centre_id)
LEFT JOIN places pl ON pl.place_id = COALESCE(u.place_id, f.place_id);

CREATE VIEW {reporting}.device_places AS
SELECT d.device_id, d.valid_from, d.valid_to, d.place_id, pl.name AS place, d.lon, d.lat, d.crs
FROM device_places d
LEFT JOIN places pl ON pl.place_id = d.place_id;

CREATE VIEW {reporting}.devices AS
SELECT d.device_id, d.source, d.kind, d.name, d.model, d.maker, d.party_id, pa.name AS party,
       w.place_id, pl.name AS place, w.lon, w.lat, w.crs, d.expected_every_seconds, d.valid_from, d.valid_to
FROM devices d
LEFT JOIN parties pa ON pa.party_id = d.party_id
LEFT JOIN LATERAL (
    SELECT p.place_id, p.lon, p.lat, p.crs FROM device_places p WHERE p.device_id = d.device_id
    ORDER BY p.valid_from DESC LIMIT 1
) w ON true
LEFT JOIN places pl ON pl.place_id = w.place_id;

CREATE VIEW {reporting}.device_measures AS
SELECT m.device_id, m.number, d.name AS device, d.kind AS device_kind, m.kind, m.unit
FROM device_measures m
JOIN devices d ON d.device_id = m.device_id;

CREATE VIEW {reporting}.alarms AS
SELECT a.alarm_id, a.source, a.time_zone, a.device_id, d.name AS device, COALESCE(a.device_kind, d.kind) AS device_kind,
       a.kind, a.severity, a.value, a.unit, a.place_id, pl.name AS place, a.lon, a.lat, a.crs,
       a.raised_at, a.raised_at AT TIME ZONE a.time_zone AS raised_local, a.raised_day,
       a.cleared_at, a.cleared_at AT TIME ZONE a.time_zone AS cleared_local, a.cleared_day,
       a.seconds_to_clear, a.cleared_by, a.outcome, a.case_id
FROM alarms a
LEFT JOIN devices d ON d.device_id = a.device_id
LEFT JOIN places pl ON pl.place_id = a.place_id;

CREATE VIEW {reporting}.categories AS SELECT * FROM categories;
CREATE VIEW {reporting}.calendars AS SELECT * FROM calendars;
CREATE VIEW {reporting}.calendar_days AS SELECT * FROM calendar_days;
CREATE VIEW {reporting}.periods AS SELECT * FROM periods;
CREATE VIEW {reporting}.metric_definitions AS SELECT * FROM metric_definitions;

CREATE VIEW {reporting}.service_levels AS
SELECT r.*, pl.name AS place FROM service_levels r LEFT JOIN places pl ON pl.place_id = r.place_id;

CREATE VIEW {reporting}.obligations AS
SELECT r.*, pl.name AS place FROM obligations r LEFT JOIN places pl ON pl.place_id = r.place_id;

CREATE VIEW {reporting}.escalation_ladders AS
SELECT r.*, pl.name AS place FROM escalation_ladders r LEFT JOIN places pl ON pl.place_id = r.place_id;

CREATE VIEW {reporting}.alarm_rules AS
SELECT r.*, pl.name AS place FROM alarm_rules r LEFT JOIN places pl ON pl.place_id = r.place_id;

CREATE VIEW {reporting}.calendar_weekdays AS
SELECT w.rule_id, c.region, c.year, w.weekday FROM calendar_weekdays w JOIN calendars c ON c.rule_id = w.rule_id;

CREATE VIEW {reporting}.calendar_hours AS
SELECT h.rule_id, h.number, c.region, c.year, h.from_month_day, h.to_month_day, h.from_minute, h.to_minute
FROM calendar_hours h JOIN calendars c ON c.rule_id = h.rule_id;

CREATE VIEW {reporting}.period_intervals AS
SELECT i.rule_id, i.number, p.period, i.label, i.from_day, i.to_day
FROM period_intervals i JOIN periods p ON p.rule_id = i.rule_id;

CREATE VIEW {reporting}.metric_weights AS
SELECT w.rule_id, w.number, m.metric, m.version, w.key, w.value
FROM metric_weights w JOIN metric_definitions m ON m.rule_id = w.rule_id;

CREATE VIEW {reporting}.obligation_filters AS SELECT * FROM obligation_filters;

CREATE VIEW {reporting}.escalation_steps AS
SELECT s.rule_id, s.number, l.category, l.request_type, l.urgency, l.stage, s.level, s.after_percent, s.after_seconds,
       s.to_party_id, pa.name AS to_party, s.to_duty, l.valid_from, l.valid_to
FROM escalation_steps s
JOIN escalation_ladders l ON l.rule_id = s.rule_id
LEFT JOIN parties pa ON pa.party_id = s.to_party_id;

COMMENT ON VIEW {reporting}.centres IS
'Neighbourhood centres, with floor area (m²) and investment, effective-dated, half-open. 邻里中心（建筑面积平方米、投资额元）';
COMMENT ON VIEW {reporting}.facilities IS 'Facilities by format and centre, effective-dated, half-open. 设施（按业态、邻里中心）';
COMMENT ON VIEW {reporting}.facility_capacities IS 'What facilities can hold or give, by unit. 设施容量（床位、日供餐等）';
COMMENT ON VIEW {reporting}.operators IS
'Who ran a centre or facility, paid how, effective-dated, half-open. 运营单位（按日有效，左闭右开）';
COMMENT ON VIEW {reporting}.teams IS 'Teams by kind and place, effective-dated, half-open. 队伍（按类型、地点）';
COMMENT ON VIEW {reporting}.team_parties IS 'Bodies that formed a team. 队伍组建单位';
COMMENT ON VIEW {reporting}.team_members IS 'Members of a team at the start, under pseudonyms. 队伍成员（化名）';
COMMENT ON VIEW {reporting}.boards IS 'Public boards by kind and place. 公示牌（按类型、地点）';
COMMENT ON VIEW {reporting}.posts IS 'Posts by kind and place. 岗位（按类型、地点）';
COMMENT ON VIEW {reporting}.resources IS
'People, money and premises as last listed: quantity, in use, free. 资源清单（数量、在用、可用）';
COMMENT ON VIEW {reporting}.activities IS 'One row per activity; day and hour are local. 活动一行一次';
COMMENT ON VIEW {reporting}.activity_parties IS 'Bodies that held an activity with the first one. 活动协办单位';
COMMENT ON VIEW {reporting}.activity_participants IS 'Who took part in an activity, under pseudonyms. 活动参加人员（化名）';
COMMENT ON VIEW {reporting}.activity_services IS 'Services given at activities, one row each. 活动服务项目一行一项';
COMMENT ON VIEW {reporting}.activity_cases IS 'Cases that came of an activity. 活动收集事项工单';
COMMENT ON VIEW {reporting}.services_rendered IS
'One row per service rendered; seconds_to_render: from request to done. 服务完成一行一次（请求至完成用时）';
COMMENT ON VIEW {reporting}.service_uses IS
'One row per use; centre, place and format of the facility where the use states none. 服务使用一行一次（未注明的取自设施）';
COMMENT ON VIEW {reporting}.device_places IS 'Where devices stood, effective-dated, half-open. 设备安装地点（按日有效）';
COMMENT ON VIEW {reporting}.devices IS 'Registered devices, at the place where each stood last. 设备（最近安装地点）';
COMMENT ON VIEW {reporting}.device_measures IS 'What devices measure. 设备测量项目';
COMMENT ON VIEW {reporting}.alarms IS 'One row per alarm; cleared_at is null until it is cleared. 报警一行一次（未解除为空）';
COMMENT ON VIEW {reporting}.categories IS 'What codes mean, effective-dated. 代码表（按日有效）';
COMMENT ON VIEW {reporting}.calendars IS 'Calendars of a region and year. 工作日历';
COMMENT ON VIEW {reporting}.calendar_days IS 'Days off and make-up working days. 放假日与调休上班日';
COMMENT ON VIEW {reporting}.calendar_weekdays IS 'Weekly days off. 每周休息日';
COMMENT ON VIEW {reporting}.calendar_hours IS 'Office hours by season. 办公时间';
COMMENT ON VIEW {reporting}.periods IS 'How reporting periods are cut and named. 统计周期';
COMMENT ON VIEW {reporting}.period_intervals IS 'Reporting periods given one by one. 指定周期';
COMMENT ON VIEW {reporting}.metric_definitions IS 'What published numbers mean, by version. 指标定义';
COMMENT ON VIEW {reporting}.metric_weights IS 'Weights of a metric''s parts. 指标权重';
COMMENT ON VIEW {reporting}.service_levels IS 'How long stages of cases may take, effective-dated. 办理时限（按日有效）';
COMMENT ON VIEW {reporting}.obligations IS 'Who owes what how often, effective-dated. 应办义务（按日有效）';
COMMENT ON VIEW {reporting}.obligation_filters IS 'What must hold of the event that meets an obligation. 应办义务条件';
COMMENT ON VIEW {reporting}.escalation_ladders IS 'Which cases climb which ladder, effective-dated. 升级规则（按日有效）';
COMMENT ON VIEW {reporting}.escalation_steps IS 'Steps of escalation ladders, the lowest first. 升级步骤';
COMMENT ON VIEW {reporting}.alarm_rules IS 'Which alarms become a case, effective-dated. 报警立案规则（按日有效）';
