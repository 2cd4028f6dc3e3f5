-- The first week in which each tenant was in the band of a trial: after that the lot counts.
-- Parameters: trial, and the first and last as-of date (since, until).
CREATE OR REPLACE TEMP TABLE entries AS
WITH rows AS (
    SELECT d.as_of, d.corporatie_id, d.overeenkomst_id, d.arm, d.score, l.trial_share AS share,
        coalesce(t.huurder_id, d.overeenkomst_id) AS tenant
    FROM run.decided d JOIN run.lists l ON l.as_of = d.as_of AND l.version = d.version
    LEFT JOIN tenants t ON t.corporatie_id = d.corporatie_id AND t.overeenkomst_id = d.overeenkomst_id
    WHERE d.arm IS NOT NULL AND l.trial = $trial AND d.as_of BETWEEN $since AND $until
        AND (d.corporatie_id, d.overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors))
SELECT corporatie_id, tenant, min(as_of) AS entered, arg_min(overeenkomst_id, (as_of, overeenkomst_id)) AS overeenkomst_id,
    arg_min(arm, as_of) AS arm, arg_min(score, as_of)::DOUBLE AS score, arg_min(share, as_of) AS share
FROM rows GROUP BY 1, 2
