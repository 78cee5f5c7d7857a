-- live only
-- Keys of the installation (event ids) and of data subjects (personal text). Apart from the log; replays have none of their own.
CREATE TABLE id_keys (
    name text COLLATE "C" PRIMARY KEY,
    key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE TABLE subject_keys (
    subject text COLLATE "C" PRIMARY KEY,
    key bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);
COMMENT ON TABLE id_keys IS 'Keys under which event ids and pseudonyms are made; never rotated. 标识密钥';
COMMENT ON TABLE subject_keys IS 'One key per data subject; destroying it erases the person''s texts. 数据主体密钥';
