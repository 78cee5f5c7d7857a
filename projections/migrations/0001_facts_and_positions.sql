-- Facts: per entity its events, exact, as two blobs (projections/heads.py): fixed-size heads, and the Avro bodies.
-- Written by appending, read as a whole: kept as they are (compression costs more than it saves), and inside the row as long
-- as a page allows.
CREATE TABLE facts_complaints (
    key text COLLATE "C" PRIMARY KEY,
    heads bytea NOT NULL,
    bodies bytea NOT NULL
) WITH (toast_tuple_target = 8160);
ALTER TABLE facts_complaints ALTER heads SET STORAGE EXTERNAL, ALTER bodies SET STORAGE EXTERNAL;
CREATE TABLE facts_places (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_parties (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_zones (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);

-- Positions (projections/positions.py): where a role stands in a partition, whose it is, what became of every offset.
CREATE TABLE positions (
    role text COLLATE "C",
    topic text COLLATE "C",
    partition integer,
    topic_id text NOT NULL,
    epoch bigint NOT NULL,
    owner integer,
    first bigint NOT NULL,
    next bigint NOT NULL,
    record_offset bigint,
    record_hash bytea,
    applied bigint NOT NULL DEFAULT 0,
    repeated bigint NOT NULL DEFAULT 0,
    dead_lettered bigint NOT NULL DEFAULT 0,
    void bigint NOT NULL DEFAULT 0,
    excluded bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (role, topic, partition),
    CONSTRAINT every_offset_is_told CHECK (next - first = applied + repeated + dead_lettered + void + excluded)
);
COMMENT ON TABLE positions IS 'Where a role stands in a partition, and what became of every offset. 消费位置与对账';
COMMENT ON COLUMN positions.owner IS 'Backend of the session that claimed the position last; informational. 占用会话';
COMMENT ON COLUMN positions.record_hash IS 'Names the record at record_offset, the last one passed. 最后一条记录的散列';

-- Records that cannot be applied, whole.
CREATE TABLE dead_letters (
    role text COLLATE "C",
    topic text COLLATE "C",
    partition integer,
    "offset" bigint,
    appended_at timestamp with time zone NOT NULL,
    key bytea,
    header_names text[] NOT NULL,
    header_values bytea[] NOT NULL,
    value bytea,
    code text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (role, topic, partition, "offset")
);
COMMENT ON TABLE dead_letters IS 'Records that cannot be applied, whole, with the reason. 死信';
