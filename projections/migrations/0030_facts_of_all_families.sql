-- Facts of the families beyond cases, places, parties and zones, kept like those of 0001; most have no rows derived yet.
CREATE TABLE facts_persons (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_agreements (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_rules (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_visits (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_meetings (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_hazards (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_services (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_projects (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_devices (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_alarms (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_privacy (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
CREATE TABLE facts_audit (LIKE facts_complaints INCLUDING ALL) WITH (toast_tuple_target = 8160);
