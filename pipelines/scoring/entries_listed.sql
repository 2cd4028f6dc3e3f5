-- The first week in which each agreement was on a list. Parameters: the first and last as-of date (since, until).
CREATE OR REPLACE TEMP TABLE entries AS
SELECT corporatie_id, overeenkomst_id, min(as_of) AS entered, arg_min(outcome, as_of) AS slot
FROM run.decided WHERE outcome IN ('top', 'exploration') AND as_of BETWEEN $since AND $until
    AND (corporatie_id, overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)
GROUP BY 1, 2
