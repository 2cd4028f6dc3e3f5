-- The agreements that were listed in a period, with their first list. Parameters: since, until (the day after the period).
CREATE OR REPLACE TEMP TABLE stood AS
SELECT corporatie_id, overeenkomst_id, min(as_of) AS listed_on FROM run.decided ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
WHERE outcome IN ('top', 'exploration') AND as_of >= $since AND as_of < $until GROUP BY 1, 2
