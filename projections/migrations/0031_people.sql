-- Persons, visits, meetings, hazards, projects, agreements and assessments. Days are local; periods are half-open.
CREATE TABLE assessments (
    party_id text COLLATE "C",
    assessment_id text COLLATE "C",
    source text COLLATE "C",
    period_from date,
    period_to date,
    score double precision,
    maximum double precision,
    grade text COLLATE "C",
    criteria text COLLATE "C",
    feeds text COLLATE "C",
    at timestamp with time zone,
    time_zone text COLLATE "C",
    day date,
    PRIMARY KEY (party_id, assessment_id)
);
COMMENT ON TABLE assessments IS 'How parties were assessed, per assessment. 考评';

CREATE TABLE persons (
    person_id text COLLATE "C",
    source text COLLATE "C",
    birth_year integer,
    birth_month integer,
    sex text COLLATE "C",
    education text COLLATE "C",
    political_status text COLLATE "C",
    PRIMARY KEY (person_id)
);
COMMENT ON TABLE persons IS 'Persons under pseudonyms, as last profiled. 人员（化名）';

CREATE TABLE appointments (
    person_id text COLLATE "C",
    appointment_id text COLLATE "C",
    source text COLLATE "C",
    role text COLLATE "C",
    party_id text COLLATE "C",
    place_id text COLLATE "C",
    service_id text COLLATE "C",
    part_time boolean,
    capacity text COLLATE "C",
    basis text COLLATE "C",
    term text COLLATE "C",
    sort_number integer,
    valid_from date,
    valid_to date,
    PRIMARY KEY (person_id, appointment_id)
);
COMMENT ON TABLE appointments IS 'Offices, posts and places in teams, and who holds them. 任职';

CREATE TABLE visits (
    visit_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    visitor_id text COLLATE "C",
    party_id text COLLATE "C",
    team_id text COLLATE "C",
    place_id text COLLATE "C",
    visited_party_id text COLLATE "C",
    household_id text COLLATE "C",
    premises text COLLATE "C",
    visitors_from text COLLATE "C",
    head_count integer,
    reached boolean,
    at timestamp with time zone,
    time_zone text COLLATE "C",
    day date,
    duration_seconds bigint,
    PRIMARY KEY (visit_id)
);
COMMENT ON TABLE visits IS 'Visits to people and places. 走访';

CREATE TABLE visit_demands (
    visit_id text COLLATE "C",
    demand_id text COLLATE "C",
    category text COLLATE "C",
    case_id text COLLATE "C",
    PRIMARY KEY (visit_id, demand_id)
);
COMMENT ON TABLE visit_demands IS 'Demands that visits raised, each with the case that it became. 走访收集的诉求';

CREATE TABLE visit_topics (
    visit_id text COLLATE "C",
    topic text COLLATE "C",
    PRIMARY KEY (visit_id, topic)
);
COMMENT ON TABLE visit_topics IS 'What visits were about. 走访事项';

CREATE TABLE meetings (
    meeting_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    level text COLLATE "C",
    place_id text COLLATE "C",
    organiser_id text COLLATE "C",
    chair_id text COLLATE "C",
    head_count integer,
    at timestamp with time zone,
    time_zone text COLLATE "C",
    day date,
    ended_at timestamp with time zone,
    duration_seconds bigint,
    PRIMARY KEY (meeting_id)
);
COMMENT ON TABLE meetings IS 'Meetings held. 会议';

CREATE TABLE meeting_participants (
    meeting_id text COLLATE "C",
    number integer,
    party_id text COLLATE "C",
    person_id text COLLATE "C",
    capacity text COLLATE "C",
    PRIMARY KEY (meeting_id, number)
);
COMMENT ON TABLE meeting_participants IS 'Who took part in a meeting, as listed. 参会人员';

CREATE TABLE meeting_matters (
    meeting_id text COLLATE "C",
    matter_id text COLLATE "C",
    kind text COLLATE "C",
    day date,
    category text COLLATE "C",
    outcome text COLLATE "C",
    case_id text COLLATE "C",
    project_id text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    due_on date,
    PRIMARY KEY (meeting_id, matter_id)
);
COMMENT ON TABLE meeting_matters IS 'Matters that meetings dealt with, each with its outcome. 议题';

CREATE TABLE hazards (
    hazard_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    severity text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    found_by text COLLATE "C",
    team_id text COLLATE "C",
    visit_id text COLLATE "C",
    case_id text COLLATE "C",
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    time_zone text COLLATE "C",
    found_at timestamp with time zone,
    found_day date,
    due_at timestamp with time zone,
    cleared_at timestamp with time zone,
    cleared_day date,
    cleared_by text COLLATE "C",
    checked_by text COLLATE "C",
    outcome text COLLATE "C",
    seconds_to_clear bigint,
    PRIMARY KEY (hazard_id)
);
COMMENT ON TABLE hazards IS 'Hazards found, and the clearing of each. 隐患';

CREATE TABLE projects (
    project_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    list text COLLATE "C",
    demonstration boolean,
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    meeting_id text COLLATE "C",
    state text COLLATE "C",
    stage text COLLATE "C",
    percent integer,
    planned_quantity bigint,
    planned_unit text COLLATE "C",
    quantity bigint,
    unit text COLLATE "C",
    funding text COLLATE "C",
    budget_cents bigint,
    spent_cents bigint,
    cost_cents bigint,
    planned_from date,
    planned_to date,
    time_zone text COLLATE "C",
    listed_at timestamp with time zone,
    listed_day date,
    progressed_at timestamp with time zone,
    finished_at timestamp with time zone,
    finished_day date,
    PRIMARY KEY (project_id)
);
COMMENT ON TABLE projects IS 'Projects, from the list to the end. 项目';

CREATE TABLE project_cases (
    project_id text COLLATE "C",
    case_id text COLLATE "C",
    PRIMARY KEY (project_id, case_id)
);
COMMENT ON TABLE project_cases IS 'Cases that a project answers. 项目关联工单';

CREATE TABLE pairings (
    agreement_id text COLLATE "C",
    source text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    partner_id text COLLATE "C",
    partner_kind text COLLATE "C",
    demands text COLLATE "C",
    resources text COLLATE "C",
    tasks text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (agreement_id)
);
COMMENT ON TABLE pairings IS 'Communities paired with departments, enterprises, schools. 契约化共建';

CREATE TABLE facility_links (
    agreement_id text COLLATE "C",
    source text COLLATE "C",
    scheme text COLLATE "C",
    hub_id text COLLATE "C",
    facility_id text COLLATE "C",
    function text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (agreement_id)
);
COMMENT ON TABLE facility_links IS 'Facilities and functions linked to a hub (1+N+X). 设施联建';
