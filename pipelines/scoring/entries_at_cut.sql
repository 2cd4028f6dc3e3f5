-- The first week in which each agreement could be listed, outside trials.
-- Parameters: the first and last as-of date (since, until).
CREATE OR REPLACE TEMP TABLE entries AS
SELECT d.corporatie_id, d.overeenkomst_id, min(d.as_of) AS entered, arg_min(d.score, d.as_of)::DOUBLE AS score,
    arg_min(d.place, d.as_of) AS place, arg_min(c.ranked, d.as_of) AS ranked, arg_min(c.capacity, d.as_of) AS capacity
FROM run.decided d JOIN run.lists l ON l.as_of = d.as_of AND l.version = d.version
JOIN run.list_coaches c ON c.as_of = d.as_of AND c.version = d.version AND c.coach = d.coach
WHERE d.place IS NOT NULL AND l.trial IS NULL AND d.as_of BETWEEN $since AND $until
    AND (d.corporatie_id, d.overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)
GROUP BY 1, 2
