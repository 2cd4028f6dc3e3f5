-- For each corporation the days between which its escalations can be seen: from its first arrears list, or its first event if
-- it has no lists, up to its newest register, or its newest list if it has lists. NULL if no other corporation began earlier
-- (since) or goes on longer (until).
WITH newest AS (
    SELECT corporatie_id, extract, max(peildatum) AS day FROM ({corporations}) JOIN run.deliveries USING (source)
    WHERE extract IN ({extracts}) GROUP BY ALL),
ends AS (SELECT corporatie_id, min(day) AS last FROM newest GROUP BY ALL),
begins AS ({begins})
SELECT corporatie_id, CASE WHEN first > (SELECT min(first) FROM begins) THEN first END AS since,
    CASE WHEN last < (SELECT max(last) FROM ends) THEN last END AS until
FROM ends LEFT JOIN begins USING (corporatie_id)
