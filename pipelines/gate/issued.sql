-- The places of rights that matched nobody and were corrected or answered, whose number the register in `typed` names for the first time.
-- issued: the numbers that are new in `typed`, with what they are of. end: the day on which the right ends.
-- current: the condition on v that it still holds. waits: the condition on u that its row still waits for an answer.
WITH stand AS (
    SELECT v.row_id, u.file_name, u.line, u.corporatie_id, u.agreement, CASE WHEN u.tenant IS NULL THEN u.home END AS home, u.tenant
    FROM run.unreached u JOIN versions.{extract} v USING (row_id)
    WHERE {current} AND v.{end} IS NULL AND row_key NOT IN (
        SELECT row_key FROM run.unresolved u WHERE {waits})),
named AS (UNPIVOT stand ON agreement, home, tenant INTO NAME part VALUE id)
SELECT file_name, line FROM named WHERE (part, corporatie_id, id) IN ({issued}) GROUP BY ALL ORDER BY ALL
