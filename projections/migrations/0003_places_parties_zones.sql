-- Places, parties and who is responsible where: effective-dated local days, half-open.
CREATE TABLE places (
    place_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    short_name text COLLATE "C",
    sort_number integer,
    code text COLLATE "C",
    households integer,
    lon double precision,
    lat double precision,
    crs text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (place_id)
);
COMMENT ON TABLE places IS 'Registered places. 地点';

CREATE TABLE place_parents (
    place_id text COLLATE "C",
    hierarchy text COLLATE "C",
    valid_from date,
    parent_id text COLLATE "C",
    valid_to date,
    PRIMARY KEY (place_id, hierarchy, valid_from)
);
COMMENT ON TABLE place_parents IS 'What a place belonged to, per hierarchy. 地点隶属';

CREATE TABLE place_aliases (
    place_id text COLLATE "C",
    alias_source text COLLATE "C",
    alias text COLLATE "C",
    valid_from date,
    PRIMARY KEY (place_id, alias_source, alias, valid_from)
);
COMMENT ON TABLE place_aliases IS 'How sources write a place. 地点别名';

CREATE TABLE parties (
    party_id text COLLATE "C",
    source text COLLATE "C",
    kind text COLLATE "C",
    name text COLLATE "C",
    short_name text COLLATE "C",
    sort_number integer,
    code text COLLATE "C",
    parent_id text COLLATE "C",
    place_id text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (party_id)
);
COMMENT ON TABLE parties IS 'Registered parties. 主体';

CREATE TABLE party_aliases (
    party_id text COLLATE "C",
    alias_source text COLLATE "C",
    alias text COLLATE "C",
    valid_from date,
    PRIMARY KEY (party_id, alias_source, alias, valid_from)
);
COMMENT ON TABLE party_aliases IS 'How sources write a party. 主体别名';

CREATE TABLE zones (
    assignment_id text COLLATE "C",
    source text COLLATE "C",
    place_id text COLLATE "C",
    party_id text COLLATE "C",
    duty text COLLATE "C",
    hierarchy text COLLATE "C",
    basis text COLLATE "C",
    person_id text COLLATE "C",
    valid_from date,
    valid_to date,
    PRIMARY KEY (assignment_id)
);
COMMENT ON TABLE zones IS 'Who is answerable for a place, in a duty. 责任区';
