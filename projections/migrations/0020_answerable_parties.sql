-- The effective-dated place tree, and who is answerable (责任主体) for a place, in a duty, on a day.
-- All spans are local days, half-open; in these views an open end is written '-infinity' or 'infinity', so that
-- `day >= valid_from AND day < valid_to` needs no case for null. GREATEST and LEAST pass over nulls: null means "no bound".
-- Ids get their collation by name, since both terms of a recursive query must agree on it.

CREATE INDEX place_parents_parent ON place_parents (parent_id, hierarchy);

-- A place that does not exist on a day (not yet registered, retired) is in no tree of that day: nothing lies below it.
CREATE VIEW {reporting}.place_ancestors AS
WITH RECURSIVE climb AS (
    SELECT p.place_id COLLATE "C" AS place_id, h.hierarchy, p.place_id COLLATE "C" AS ancestor_id, 0 AS distance,
           p.valid_from, p.valid_to, ARRAY[p.place_id COLLATE "C"] AS path
    FROM places p
    CROSS JOIN (SELECT 'administrative' COLLATE "C" AS hierarchy
                UNION SELECT hierarchy COLLATE "C" FROM place_parents) h
  UNION ALL
    SELECT c.place_id, c.hierarchy, l.parent_id COLLATE "C", c.distance + 1,
           GREATEST(c.valid_from, l.valid_from, a.valid_from), LEAST(c.valid_to, l.valid_to, a.valid_to),
           c.path || l.parent_id COLLATE "C"
    FROM climb c
    JOIN place_parents l ON l.place_id = c.ancestor_id AND l.hierarchy = c.hierarchy
    LEFT JOIN places a ON a.place_id = l.parent_id
    WHERE l.parent_id IS NOT NULL
      AND l.parent_id <> ALL (c.path)
      AND COALESCE(GREATEST(c.valid_from, l.valid_from, a.valid_from) < LEAST(c.valid_to, l.valid_to, a.valid_to), true)
)
SELECT place_id, hierarchy, ancestor_id, distance,
       COALESCE(valid_from, '-infinity') AS valid_from, COALESCE(valid_to, 'infinity') AS valid_to
FROM climb;

-- Every assignment at every place it reaches, itself and all below along the duty's hierarchy; nearer ones not yet preferred.
CREATE VIEW {reporting}.responsibility_reach AS
WITH RECURSIVE reach AS (
    SELECT z.place_id COLLATE "C" AS place_id, z.duty, COALESCE(z.hierarchy, 'administrative') COLLATE "C" AS hierarchy,
           z.assignment_id, z.party_id,
           z.person_id, COALESCE(z.basis, 'own') AS basis, z.place_id AS assigned_place_id, 0 AS distance,
           GREATEST(z.valid_from, p.valid_from) AS valid_from, LEAST(z.valid_to, p.valid_to) AS valid_to,
           ARRAY[z.place_id COLLATE "C"] AS path
    FROM zones z
    LEFT JOIN places p ON p.place_id = z.place_id
    WHERE COALESCE(GREATEST(z.valid_from, p.valid_from) < LEAST(z.valid_to, p.valid_to), true)
  UNION ALL
    SELECT l.place_id COLLATE "C", r.duty, r.hierarchy, r.assignment_id, r.party_id, r.person_id, r.basis, r.assigned_place_id,
           r.distance + 1,
           GREATEST(r.valid_from, l.valid_from, p.valid_from), LEAST(r.valid_to, l.valid_to, p.valid_to),
           r.path || l.place_id COLLATE "C"
    FROM reach r
    JOIN place_parents l ON l.parent_id = r.place_id AND l.hierarchy = r.hierarchy
    LEFT JOIN places p ON p.place_id = l.place_id
    WHERE l.place_id <> ALL (r.path)
      AND COALESCE(GREATEST(r.valid_from, l.valid_from, p.valid_from) < LEAST(r.valid_to, l.valid_to, p.valid_to), true)
)
SELECT place_id, duty, hierarchy, assignment_id, party_id, person_id, basis, assigned_place_id, distance,
       COALESCE(valid_from, '-infinity') AS valid_from, COALESCE(valid_to, 'infinity') AS valid_to
FROM reach;

-- The answer: per place and duty, spans of days on which nothing changes, each with its nearest assignment; several at an overlap.
CREATE VIEW {reporting}.answerable_parties AS
WITH reach AS MATERIALIZED (
    SELECT * FROM {reporting}.responsibility_reach
), span AS (
    SELECT place_id, duty, day AS valid_from, lead(day) OVER (PARTITION BY place_id, duty ORDER BY day) AS valid_to
    FROM (SELECT place_id, duty, valid_from AS day FROM reach UNION SELECT place_id, duty, valid_to FROM reach) edge
), reached AS (
    SELECT s.place_id, s.duty, s.valid_from, s.valid_to, r.party_id, r.basis, r.person_id, r.assignment_id,
           r.assigned_place_id, r.hierarchy, r.distance,
           min(r.distance) OVER (PARTITION BY s.place_id, s.duty, s.valid_from) AS nearest
    FROM span s
    JOIN reach r ON r.place_id = s.place_id AND r.duty = s.duty
                AND r.valid_from <= s.valid_from AND r.valid_to >= s.valid_to
    WHERE s.valid_to IS NOT NULL
)
SELECT place_id, duty, valid_from, valid_to, party_id, basis, person_id, assignment_id, assigned_place_id, hierarchy, distance
FROM reached
WHERE distance = nearest;

CREATE VIEW {reporting}.coverage_overlaps AS
SELECT a.place_id, a.duty, a.valid_from, a.valid_to, count(DISTINCT a.party_id) AS parties,
       string_agg(DISTINCT a.party_id, ',' ORDER BY a.party_id) AS party_ids
FROM {reporting}.answerable_parties a
GROUP BY a.place_id, a.duty, a.valid_from, a.valid_to
HAVING count(DISTINCT a.party_id) > 1;

-- Days in a place's life on which nobody is answerable; for every place and every duty that is in use.
CREATE VIEW {reporting}.coverage_gaps AS
WITH answer AS MATERIALIZED (
    SELECT DISTINCT place_id, duty, valid_from, valid_to FROM {reporting}.answerable_parties
), life AS (
    SELECT p.place_id, p.kind, d.duty, COALESCE(p.valid_from, '-infinity') AS valid_from,
           COALESCE(p.valid_to, 'infinity') AS valid_to
    FROM places p CROSS JOIN (SELECT DISTINCT duty FROM zones) d
), mark AS (
    SELECT place_id, duty, valid_from AS day, false AS covered FROM life
    UNION SELECT place_id, duty, valid_to, false FROM answer
    UNION SELECT place_id, duty, valid_from, true FROM answer
), piece AS (
    SELECT place_id, duty, day, bool_or(covered) AS covered,
           lead(day) OVER (PARTITION BY place_id, duty ORDER BY day) AS next_day
    FROM mark GROUP BY place_id, duty, day
)
SELECT l.place_id, l.kind, l.duty, GREATEST(p.day, l.valid_from) AS valid_from,
       LEAST(COALESCE(p.next_day, 'infinity'), l.valid_to) AS valid_to
FROM life l
JOIN piece p ON p.place_id = l.place_id AND p.duty = l.duty
WHERE NOT p.covered
  AND GREATEST(p.day, l.valid_from) < LEAST(COALESCE(p.next_day, 'infinity'), l.valid_to);

CREATE VIEW {reporting}.hand_overs AS
WITH answer AS MATERIALIZED (
    SELECT DISTINCT place_id, duty, valid_from, valid_to, party_id FROM {reporting}.answerable_parties
)
SELECT b.place_id, b.duty, b.valid_to AS day, b.party_id AS from_party_id, n.party_id AS to_party_id
FROM answer b
JOIN answer n ON n.place_id = b.place_id AND n.duty = b.duty AND n.valid_from = b.valid_to AND n.party_id <> b.party_id
WHERE NOT EXISTS (SELECT FROM answer s WHERE s.place_id = b.place_id AND s.duty = b.duty
                  AND s.valid_from = b.valid_to AND s.party_id = b.party_id)
  AND NOT EXISTS (SELECT FROM answer s WHERE s.place_id = b.place_id AND s.duty = b.duty
                  AND s.valid_to = b.valid_to AND s.party_id = n.party_id);

COMMENT ON VIEW {reporting}.place_ancestors IS
'Which place lies below which, per hierarchy and span of local days (half-open); distance 0 is the place itself. 各体系下地点的上级链（按日有效，左闭右开）';
COMMENT ON VIEW {reporting}.responsibility_reach IS
'Every responsibility assignment at every place it reaches along its hierarchy, before the nearest is preferred. 责任沿体系向下覆盖的范围';
COMMENT ON VIEW {reporting}.answerable_parties IS
'Who is answerable for a place, in a duty, on which days: the nearest assignment along the duty''s hierarchy; basis fallback is 兜底; several parties at an overlap. 某地点某职责在某日的责任主体';
COMMENT ON VIEW {reporting}.coverage_overlaps IS
'Days on which several parties are answerable for one place in one duty. 责任重叠';
COMMENT ON VIEW {reporting}.coverage_gaps IS
'Days in a place''s life on which nobody is answerable in a duty. 责任空白';
COMMENT ON VIEW {reporting}.hand_overs IS
'Days on which a place passes from one answerable party to another. 责任交接';
