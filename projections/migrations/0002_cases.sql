-- Rows and roll-ups of cases. One row per case, per dispatch, per irregularity; rows hold no event ids, offsets or origins.
CREATE TABLE cases (
    case_id text COLLATE "C",
    source text COLLATE "C",
    time_zone text COLLATE "C",
    status text COLLATE "C",
    sub_status text COLLATE "C",
    stage text COLLATE "C",
    category text COLLATE "C",
    request_type text COLLATE "C",
    urgency text COLLATE "C",
    channel text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    duplicate_of text COLLATE "C",
    filed_at timestamp with time zone,
    filed_day date,
    noon_day date,
    due_at timestamp with time zone,
    deadline_basis text COLLATE "C",
    dispatched_at timestamp with time zone,
    handled_at timestamp with time zone,
    followed_up_at timestamp with time zone,
    closed_at timestamp with time zone,
    closed_day date,
    finished_at timestamp with time zone,
    finished_day date,
    closed_basis text COLLATE "C",
    rounds integer,
    returns integer,
    urges integer,
    escalations integer,
    satisfaction text COLLATE "C",
    filed_to_closed_seconds bigint,
    filed_to_dispatched_seconds bigint,
    handled_to_followed_up_seconds bigint,
    tags text COLLATE "C",
    PRIMARY KEY (case_id)
);
COMMENT ON TABLE cases IS 'One row per case. 工单（案件）';

CREATE TABLE dispatches (
    case_id text COLLATE "C",
    dispatch_id text COLLATE "C",
    source text COLLATE "C",
    time_zone text COLLATE "C",
    seq integer,
    party_id text COLLATE "C",
    from_party_id text COLLATE "C",
    level text COLLATE "C",
    role text COLLATE "C",
    category text COLLATE "C",
    place_id text COLLATE "C",
    filed_at timestamp with time zone,
    filed_day date,
    dispatched_at timestamp with time zone,
    dispatched_day date,
    signed_at timestamp with time zone,
    returned_at timestamp with time zone,
    handled_at timestamp with time zone,
    due_at timestamp with time zone,
    finished_at timestamp with time zone,
    finished_day date,
    state text COLLATE "C",
    dispatched_to_signed_seconds bigint,
    dispatched_to_handled_seconds bigint,
    PRIMARY KEY (case_id, dispatch_id)
);
COMMENT ON TABLE dispatches IS 'One row per dispatch of a case. 派单';

CREATE TABLE irregularities (
    case_id text COLLATE "C",
    kind text COLLATE "C",
    detail text COLLATE "C",
    at timestamp with time zone,
    PRIMARY KEY (case_id, kind, detail)
);
COMMENT ON TABLE irregularities IS 'What was odd about the facts of a case. 异常情况';

-- Cells. The growing dimension first: workers meet on the newest days, in one order.
CREATE TABLE counts_by_day (
    day date,
    place_id text COLLATE "C",
    category text COLLATE "C",
    cases bigint,
    open bigint,
    closed bigint,
    voided bigint,
    referred bigint,
    PRIMARY KEY (day, place_id, category)
);
COMMENT ON TABLE counts_by_day IS 'Cases by day of filing, place and category. 按受理日、地点、类别计数';

CREATE TABLE counts_by_noon_day (
    noon_day date,
    place_id text COLLATE "C",
    category text COLLATE "C",
    cases bigint,
    open bigint,
    closed bigint,
    voided bigint,
    referred bigint,
    PRIMARY KEY (noon_day, place_id, category)
);
COMMENT ON TABLE counts_by_noon_day IS 'Cases by day of filing, place and category. 按受理日（前一日12时至当日12时）、地点、类别计数';

CREATE TABLE response_times_by_category (
    day date,
    category text COLLATE "C",
    stage text COLLATE "C",
    bucket smallint,
    n bigint,
    PRIMARY KEY (day, category, stage, bucket)
);
COMMENT ON TABLE response_times_by_category IS 'Durations in logarithmic buckets, by day of filing and category. 按类别的响应时间分布';

CREATE TABLE response_times_by_unit (
    day date,
    party_id text COLLATE "C",
    stage text COLLATE "C",
    bucket smallint,
    n bigint,
    PRIMARY KEY (day, party_id, stage, bucket)
);
COMMENT ON TABLE response_times_by_unit IS 'Durations in logarithmic buckets, by day of filing and handling unit. 按承办单位的响应时间分布';
