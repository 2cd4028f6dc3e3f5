-- The last version of every list, one row per coach, and whether somebody on it was contacted.
-- Parameters: the first and last as-of date (since, until).
WITH touched AS (
    SELECT d.as_of, d.coach, count(DISTINCT (d.corporatie_id, d.overeenkomst_id)) AS contacts
    FROM run.decided d JOIN staged.contacten c
        ON c.corporatie_id = d.corporatie_id AND c.overeenkomst_id = d.overeenkomst_id AND {current}
        AND c.datum >= d.as_of AND c.datum < d.as_of + {worked}
        AND {is_contact}
    WHERE d.outcome IN ('top', 'exploration')
        AND (d.corporatie_id, d.overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)
    GROUP BY 1, 2)
SELECT l.as_of, c.coach, c.capacity, c.ranked, c.listed, l.model, l.model_sha256, l.seed, l.exploration, l.trial,
    l.trial_share, coalesce(t.contacts, 0) AS contacts, coalesce(t.contacts, 0) > 0 AS worked
FROM run.lists l
JOIN (SELECT as_of, max(version) AS version FROM run.lists GROUP BY as_of) USING (as_of, version)
JOIN run.list_coaches c USING (as_of, version)
LEFT JOIN touched t ON t.as_of = l.as_of AND t.coach = c.coach
WHERE l.as_of BETWEEN $since AND $until ORDER BY l.as_of, c.coach
