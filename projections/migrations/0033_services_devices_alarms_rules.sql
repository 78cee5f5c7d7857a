-- Services, devices, alarms and rules as last stated: registers over half-open local days, and what happened once with its
-- local day.
CREATE TABLE categories (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    list text COLLATE "C",
    code text COLLATE "C",
    parent_code text COLLATE "C",
    name_zh text COLLATE "C",
    name_en text COLLATE "C",
    sort_number integer,
    feed text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE categories IS 'What codes mean. 代码表';

CREATE TABLE service_levels (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    category text COLLATE "C",
    request_type text COLLATE "C",
    urgency text COLLATE "C",
    stage text COLLATE "C",
    level text COLLATE "C",
    role text COLLATE "C",
    limit_value bigint,
    unit text COLLATE "C",
    clock text COLLATE "C",
    starts text COLLATE "C",
    ends text COLLATE "C",
    warn_percent integer,
    region text COLLATE "C",
    place_id text COLLATE "C",
    hierarchy text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE service_levels IS 'How long stages of cases may take. 办理时限';

CREATE TABLE calendars (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    region text COLLATE "C",
    year integer,
    time_zone text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE calendars IS 'Calendars of a region and year. 工作日历';

CREATE TABLE calendar_weekdays (
    rule_id text COLLATE "C",
    weekday integer,
    PRIMARY KEY (rule_id, weekday)
);
COMMENT ON TABLE calendar_weekdays IS 'Weekly days off of a calendar. 每周休息日';

CREATE TABLE calendar_days (
    rule_id text COLLATE "C",
    day date,
    kind text COLLATE "C",
    region text COLLATE "C",
    year integer,
    PRIMARY KEY (rule_id, day)
);
COMMENT ON TABLE calendar_days IS 'Days off and make-up working days of a calendar. 放假日与调休上班日';

CREATE TABLE calendar_hours (
    rule_id text COLLATE "C",
    number integer,
    from_month_day text COLLATE "C",
    to_month_day text COLLATE "C",
    from_minute integer,
    to_minute integer,
    PRIMARY KEY (rule_id, number)
);
COMMENT ON TABLE calendar_hours IS 'Office hours of a calendar, by season. 办公时间';

CREATE TABLE periods (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    period text COLLATE "C",
    name_zh text COLLATE "C",
    name_en text COLLATE "C",
    kind text COLLATE "C",
    time_zone text COLLATE "C",
    cut_minute integer,
    cut_weekday integer,
    cut_day integer,
    cut_month integer,
    labelled_by text COLLATE "C",
    label_format text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE periods IS 'How reporting periods are cut. 统计周期';

CREATE TABLE period_intervals (
    rule_id text COLLATE "C",
    number integer,
    label text COLLATE "C",
    from_day date,
    to_day date,
    PRIMARY KEY (rule_id, number)
);
COMMENT ON TABLE period_intervals IS 'Reporting periods given one by one. 指定周期';

CREATE TABLE metric_definitions (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    metric text COLLATE "C",
    version integer,
    name_zh text COLLATE "C",
    name_en text COLLATE "C",
    numerator text COLLATE "C",
    denominator text COLLATE "C",
    population text COLLATE "C",
    time_axis text COLLATE "C",
    settled text COLLATE "C",
    unit text COLLATE "C",
    minimum_sample integer,
    better text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE metric_definitions IS 'What published numbers mean. 指标定义';

CREATE TABLE metric_weights (
    rule_id text COLLATE "C",
    number integer,
    key text COLLATE "C",
    value text COLLATE "C",
    PRIMARY KEY (rule_id, number)
);
COMMENT ON TABLE metric_weights IS 'Weights of a metric''s parts. 指标权重';

CREATE TABLE obligations (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    name_zh text COLLATE "C",
    name_en text COLLATE "C",
    bearer_kind text COLLATE "C",
    bearer text COLLATE "C",
    target_kind text COLLATE "C",
    target text COLLATE "C",
    event_type text COLLATE "C",
    bearer_field text COLLATE "C",
    target_field text COLLATE "C",
    at_least integer,
    period text COLLATE "C",
    place_id text COLLATE "C",
    hierarchy text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE obligations IS 'Who owes what how often. 应办义务';

CREATE TABLE obligation_filters (
    rule_id text COLLATE "C",
    number integer,
    key text COLLATE "C",
    value text COLLATE "C",
    PRIMARY KEY (rule_id, number)
);
COMMENT ON TABLE obligation_filters IS 'What must hold of the event that meets an obligation. 应办义务条件';

CREATE TABLE escalation_ladders (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    category text COLLATE "C",
    request_type text COLLATE "C",
    urgency text COLLATE "C",
    stage text COLLATE "C",
    place_id text COLLATE "C",
    hierarchy text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE escalation_ladders IS 'Which cases climb which ladder. 升级规则';

CREATE TABLE escalation_steps (
    rule_id text COLLATE "C",
    number integer,
    level text COLLATE "C",
    after_percent integer,
    after_seconds bigint,
    to_party_id text COLLATE "C",
    to_duty text COLLATE "C",
    PRIMARY KEY (rule_id, number)
);
COMMENT ON TABLE escalation_steps IS 'Steps of escalation ladders. 升级步骤';

CREATE TABLE alarm_rules (
    rule_id text COLLATE "C",
    source text COLLATE "C",
    device_kind text COLLATE "C",
    alarm_kind text COLLATE "C",
    comparison text COLLATE "C",
    threshold double precision,
    unit text COLLATE "C",
    window_seconds bigint,
    category text COLLATE "C",
    request_type text COLLATE "C",
    urgency text COLLATE "C",
    place_id text COLLATE "C",
    hierarchy text COLLATE "C",
    authority text COLLATE "C",
    notice text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (rule_id)
);
COMMENT ON TABLE alarm_rules IS 'Which alarms become a case. 报警立案规则';

CREATE TABLE centres (
    service_id text COLLATE "C",
    source text COLLATE "C",
    name text COLLATE "C",
    short_name text COLLATE "C",
    sort_number integer,
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    floor_area_cm2 bigint,
    investment_cents bigint,
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE centres IS 'Neighbourhood centres. 邻里中心';

CREATE TABLE facilities (
    service_id text COLLATE "C",
    source text COLLATE "C",
    name text COLLATE "C",
    centre_id text COLLATE "C",
    place_id text COLLATE "C",
    format text COLLATE "C",
    kind text COLLATE "C",
    floor_area_cm2 bigint,
    age_groups text COLLATE "C",
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE facilities IS 'Facilities, mostly in centres. 设施';

CREATE TABLE facility_capacities (
    service_id text COLLATE "C",
    number integer,
    unit text COLLATE "C",
    value bigint,
    PRIMARY KEY (service_id, number)
);
COMMENT ON TABLE facility_capacities IS 'What facilities can hold or give. 设施容量';

CREATE TABLE operators (
    service_id text COLLATE "C",
    party_id text COLLATE "C",
    valid_from date,
    source text COLLATE "C",
    lead boolean,
    funding text COLLATE "C",
    meeting_id text COLLATE "C",
    valid_to date,
    PRIMARY KEY (service_id, party_id, valid_from)
);
COMMENT ON TABLE operators IS 'Who ran a centre or facility, over which days. 运营单位';

CREATE TABLE teams (
    service_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    joint boolean,
    place_id text COLLATE "C",
    leader_id text COLLATE "C",
    head_count integer,
    valid_from date,
    valid_to date,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE teams IS 'Teams of volunteers or helpers. 队伍';

CREATE TABLE team_parties (
    service_id text COLLATE "C",
    party_id text COLLATE "C",
    PRIMARY KEY (service_id, party_id)
);
COMMENT ON TABLE team_parties IS 'Bodies that formed a team. 队伍组建单位';

CREATE TABLE team_members (
    service_id text COLLATE "C",
    person_id text COLLATE "C",
    PRIMARY KEY (service_id, person_id)
);
COMMENT ON TABLE team_members IS 'Members of a team at the start. 队伍成员';

CREATE TABLE boards (
    service_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE boards IS 'Public boards. 公示牌';

CREATE TABLE posts (
    service_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    holder_id text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE posts IS 'Posts filled by persons. 岗位';

CREATE TABLE resources (
    service_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    quantity bigint,
    quantity_in_use bigint,
    unit text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    used_by_id text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE resources IS 'People, money and premises that can be drawn on. 资源清单';

CREATE TABLE activities (
    service_id text COLLATE "C",
    source text COLLATE "C",
    time_zone text COLLATE "C",
    kind text COLLATE "C",
    format text COLLATE "C",
    facility_id text COLLATE "C",
    centre_id text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    for_party_id text COLLATE "C",
    team_id text COLLATE "C",
    nature text COLLATE "C",
    age_group text COLLATE "C",
    head_count integer,
    beneficiaries integer,
    at timestamp with time zone,
    day date,
    hour integer,
    ended_at timestamp with time zone,
    duration_seconds bigint,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE activities IS 'Activities held with or for residents. 活动';

CREATE TABLE activity_parties (
    service_id text COLLATE "C",
    party_id text COLLATE "C",
    PRIMARY KEY (service_id, party_id)
);
COMMENT ON TABLE activity_parties IS 'Bodies that held an activity with the first one. 活动协办单位';

CREATE TABLE activity_participants (
    service_id text COLLATE "C",
    number integer,
    person_id text COLLATE "C",
    party_id text COLLATE "C",
    capacity text COLLATE "C",
    PRIMARY KEY (service_id, number)
);
COMMENT ON TABLE activity_participants IS 'Who took part in an activity. 活动参加人员';

CREATE TABLE activity_services (
    service_id text COLLATE "C",
    number integer,
    kind text COLLATE "C",
    beneficiaries integer,
    PRIMARY KEY (service_id, number)
);
COMMENT ON TABLE activity_services IS 'Services given at an activity. 活动服务项目';

CREATE TABLE activity_cases (
    service_id text COLLATE "C",
    case_id text COLLATE "C",
    PRIMARY KEY (service_id, case_id)
);
COMMENT ON TABLE activity_cases IS 'Cases that came of an activity. 活动收集事项工单';

CREATE TABLE services_rendered (
    service_id text COLLATE "C",
    source text COLLATE "C",
    time_zone text COLLATE "C",
    kind text COLLATE "C",
    requested_at timestamp with time zone,
    at timestamp with time zone,
    day date,
    seconds_to_render bigint,
    channel text COLLATE "C",
    urgency text COLLATE "C",
    rendered_by text COLLATE "C",
    party_id text COLLATE "C",
    team_id text COLLATE "C",
    activity_id text COLLATE "C",
    case_id text COLLATE "C",
    place_id text COLLATE "C",
    household_id text COLLATE "C",
    person_id text COLLATE "C",
    beneficiaries integer,
    age_group text COLLATE "C",
    nature text COLLATE "C",
    outcome text COLLATE "C",
    satisfaction text COLLATE "C",
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE services_rendered IS 'Services rendered, with the time from the request. 服务完成';

CREATE TABLE service_uses (
    service_id text COLLATE "C",
    source text COLLATE "C",
    time_zone text COLLATE "C",
    facility_id text COLLATE "C",
    centre_id text COLLATE "C",
    place_id text COLLATE "C",
    format text COLLATE "C",
    kind text COLLATE "C",
    nature text COLLATE "C",
    age_group text COLLATE "C",
    person_id text COLLATE "C",
    quantity bigint,
    unit text COLLATE "C",
    at timestamp with time zone,
    day date,
    hour integer,
    duration_seconds bigint,
    price_cents bigint,
    PRIMARY KEY (service_id)
);
COMMENT ON TABLE service_uses IS 'Uses of facilities. 服务使用';

CREATE TABLE devices (
    device_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    model text COLLATE "C",
    maker text COLLATE "C",
    party_id text COLLATE "C",
    expected_every_seconds bigint,
    valid_from date,
    valid_to date,
    PRIMARY KEY (device_id)
);
COMMENT ON TABLE devices IS 'Registered devices. 设备';

CREATE TABLE device_places (
    device_id text COLLATE "C",
    valid_from date,
    place_id text COLLATE "C",
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    valid_to date,
    PRIMARY KEY (device_id, valid_from)
);
COMMENT ON TABLE device_places IS 'Where devices stood, over which days. 设备安装地点';

CREATE TABLE device_measures (
    device_id text COLLATE "C",
    number integer,
    kind text COLLATE "C",
    unit text COLLATE "C",
    PRIMARY KEY (device_id, number)
);
COMMENT ON TABLE device_measures IS 'What devices measure. 设备测量项目';

CREATE TABLE alarms (
    alarm_id text COLLATE "C",
    source text COLLATE "C",
    time_zone text COLLATE "C",
    device_id text COLLATE "C",
    device_kind text COLLATE "C",
    kind text COLLATE "C",
    severity text COLLATE "C",
    value double precision,
    unit text COLLATE "C",
    place_id text COLLATE "C",
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    raised_at timestamp with time zone,
    raised_day date,
    cleared_at timestamp with time zone,
    cleared_day date,
    seconds_to_clear bigint,
    cleared_by text COLLATE "C",
    outcome text COLLATE "C",
    case_id text COLLATE "C",
    PRIMARY KEY (alarm_id)
);
COMMENT ON TABLE alarms IS 'Alarms raised and cleared. 报警';
