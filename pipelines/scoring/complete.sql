-- The corporations of which less was delivered than of the others, each with the day up to which its outcomes are complete:
-- that of its newest register, or of its newest list of arrears where it delivers those.
WITH newest AS (
    SELECT corporatie_id, extract, max(peildatum) AS day FROM ({corporations}) JOIN run.deliveries USING (source)
    WHERE extract IN ({extracts}) GROUP BY ALL),
complete AS (SELECT corporatie_id, min(day) AS until FROM newest GROUP BY ALL)
SELECT corporatie_id, until FROM complete WHERE until < (SELECT max(until) FROM complete)
