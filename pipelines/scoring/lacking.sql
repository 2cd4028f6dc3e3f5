-- The columns that the newest delivery of each extract lacked, by corporation and as-of date of the table `signals`.
-- A corporation without a folder of its own delivers to the inbox itself: source ''.
WITH asked AS (SELECT DISTINCT corporatie_id, as_of FROM signals),
deliveries AS (
    SELECT a.corporatie_id, a.as_of, d.extract, d.delivery_id FROM asked a JOIN run.deliveries d
    ON d.peildatum <= a.as_of AND d.source = CASE
        WHEN a.corporatie_id IN (SELECT source FROM run.deliveries) THEN a.corporatie_id ELSE '' END
    QUALIFY row_number() OVER (PARTITION BY a.corporatie_id, a.as_of, d.extract ORDER BY d.peildatum DESC, d.version DESC) = 1)
SELECT corporatie_id, as_of, extract, name FROM deliveries JOIN run.delivery_counts USING (delivery_id) WHERE kind = 'lacking'
