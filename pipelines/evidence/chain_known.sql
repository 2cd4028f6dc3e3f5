-- The rows of one extract that were registered in the period, per agreement, and the longest time until one was known here.
-- Parameters: since, until (first day after the period).
SELECT corporatie_id, overeenkomst_id, max(known_from - CAST({registered} AS DATE)) AS days
FROM staged.{extract} x
WHERE {registered} >= CAST($since AS DATE) AND {registered} < CAST($until AS DATE) AND overeenkomst_id IS NOT NULL
    AND (corporatie_id, overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)
GROUP BY ALL
