-- The agreements that each unresolved row may mean. distance: how far the nearest id that it names is from the register's:
-- 0 the same id, 1 the same except for case, leading zeros and letters in front, 2 two neighbouring characters swapped,
-- 3 one character missing or extra, 4 one character changed, 5 and more a home near the row's address (run.near_homes).
-- ids: how many of the row's ids come that near.
WITH named AS (
    SELECT u.*, kind, lower(trim(id)) AS id
    FROM run.unresolved u, LATERAL (VALUES ('agreement', agreement), ('home', home), ('tenant', tenant)) n (kind, id)
    WHERE id IS NOT NULL),
register AS (
    SELECT r.corporatie_id, overeenkomst_id, kind, lower(trim(id)) AS id, min(known_from) AS since
    FROM (SELECT corporatie_id, overeenkomst_id, NULL AS eenheid_id, huurder_id, known_from FROM versions.tenants
          UNION ALL BY NAME SELECT corporatie_id, overeenkomst_id, eenheid_id, known_from FROM versions.huurovereenkomsten) r,
        LATERAL (VALUES ('agreement', overeenkomst_id), ('home', eenheid_id), ('tenant', huurder_id)) n (kind, id)
    WHERE id IS NOT NULL AND (r.corporatie_id, kind) IN (SELECT (corporatie_id, kind) FROM named) GROUP BY ALL),
-- What is left of an id without letters in front and leading zeros: 702 of OVK0000702.
asked AS (
    SELECT DISTINCT corporatie_id, kind, id, coalesce(nullif(regexp_replace(id, '^[^0-9]*0*', ''), ''), id) AS core
    FROM named),
known AS (SELECT *, coalesce(nullif(regexp_replace(id, '^[^0-9]*0*', ''), ''), id) AS core FROM register),
-- Two texts that differ in one place become equal when the right character is left out of both.
shortened AS (
    SELECT DISTINCT side, corporatie_id, kind, id, core, overeenkomst_id, since,
        unnest(list_transform(range(0, len(text) + 1), lambda i: left(text, i) || substr(text, i + 2))) AS short
    FROM (SELECT 'asked' AS side, *, NULL AS overeenkomst_id, NULL AS since FROM asked
          UNION ALL BY NAME SELECT 'known' AS side, * FROM known), LATERAL (VALUES (id), (core)) t (text)),
pairs AS (
    SELECT DISTINCT a.corporatie_id, a.kind, a.id, a.core, k.id AS known_id, k.core AS known_core, k.overeenkomst_id, k.since
    FROM shortened a JOIN shortened k USING (corporatie_id, kind, short)
    WHERE a.side = 'asked' AND k.side = 'known' AND k.core <> a.core),
compared AS (
    SELECT a.corporatie_id, a.kind, a.id, k.overeenkomst_id, k.since, CASE WHEN a.id = k.id THEN 0 ELSE 1 END AS distance
    FROM asked a JOIN known k USING (corporatie_id, kind, core)
    UNION ALL
    SELECT corporatie_id, kind, id, overeenkomst_id, since,
        CASE WHEN len(core) <> len(known_core) THEN 3 WHEN levenshtein(core, known_core) = 2 THEN 2 ELSE 4 END
    FROM pairs
    WHERE abs(len(known_id) - len(id)) <= 1 AND damerau_levenshtein(known_id, id) = 1
        OR len(known_core) = len(core) AND damerau_levenshtein(known_core, core) = 1),
-- An id that comes nearer rules out the others, from the day on which the register knows it.
ranked AS (
    SELECT *, min(since) OVER (
        PARTITION BY corporatie_id, kind, id ORDER BY least(distance, 2) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS nearer_from FROM compared)
SELECT n.extract, n.file_name, n.line, n.meaning, n.corporatie_id, r.overeenkomst_id, n.known_from,
    max(CASE WHEN least(n.known_until, r.nearer_from) IS NULL THEN DATE '9999-12-31'
        ELSE least(n.known_until, r.nearer_from) END) AS until,
    min(r.distance) AS distance, count(*) AS ids
FROM named n JOIN ranked r USING (corporatie_id, kind, id)
WHERE coalesce(least(n.known_until, r.nearer_from), DATE '9999-12-31') > n.known_from
GROUP BY n.extract, n.file_name, n.line, n.meaning, n.corporatie_id, r.overeenkomst_id, n.known_from
UNION ALL
SELECT u.extract, u.file_name, u.line, u.meaning, u.corporatie_id, n.overeenkomst_id, u.known_from,
    coalesce(u.known_until, DATE '9999-12-31'), 4 + n.place, 1
FROM run.unresolved u JOIN run.near_homes n USING (corporatie_id, extract, record)
WHERE coalesce(u.agreement, u.home, u.tenant) IS NULL
