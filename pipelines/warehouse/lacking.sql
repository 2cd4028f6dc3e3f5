-- The columns that the newest delivery of an extract lacked, per corporation, and the days on which it was the newest.
-- A row without a column name: the corporation never delivered the extract, and others did. What the first delivery lacked is
-- unknown for all time before it. A later version of the same peildatum replaces the earlier one.
WITH newest AS (
    SELECT delivery_id, source, extract, peildatum FROM run.deliveries
    QUALIFY version = max(version) OVER (PARTITION BY source, extract, peildatum)),
periods AS (
    SELECT delivery_id, source, extract,
        CASE WHEN peildatum = min(peildatum) OVER (PARTITION BY source, extract) THEN DATE '0001-01-01'
            ELSE peildatum - 1 END AS known_from,
        lead(peildatum) OVER (PARTITION BY source, extract ORDER BY peildatum) - 1 AS known_until
    FROM newest),
corporations AS ({corporations}),
-- What any other source delivers, such as the portal, is about all corporations.
registers AS (SELECT DISTINCT source FROM run.deliveries WHERE extract = {register})
SELECT corporatie_id, extract, name, known_from, known_until
FROM corporations JOIN periods USING (source) JOIN run.delivery_counts USING (delivery_id) WHERE kind = 'lacking'
UNION ALL
SELECT corporatie_id, e.extract, NULL, DATE '0001-01-01', NULL
FROM corporations c CROSS JOIN (SELECT DISTINCT extract FROM run.deliveries) e
WHERE NOT EXISTS (
    FROM run.deliveries d WHERE d.extract = e.extract AND (d.source = c.source OR d.source NOT IN (FROM registers)))
