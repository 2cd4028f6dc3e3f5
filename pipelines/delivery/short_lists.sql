-- The days of a delivery of several lists whose list is short: less than a share of the rows of the lists before and after.
WITH loaded AS (
    SELECT s.corporatie_id, s.peildatum AS day FROM run.snapshots s JOIN run.deliveries d USING (delivery_id)
    WHERE d.extract = $extract AND d.source = $source AND d.peildatum = $peildatum AND d.version = $version),
several AS (SELECT corporatie_id FROM loaded GROUP BY ALL HAVING count(*) > 1),
lists AS (
    SELECT corporatie_id, {day} AS day, count(*) AS n FROM versions.{extract} v
    WHERE {current} AND corporatie_id IN (FROM several) GROUP BY ALL),
beside AS (
    SELECT corporatie_id, day, n, lag(n) OVER in_order AS before, lead(n) OVER in_order AS after FROM lists
    WINDOW in_order AS (PARTITION BY corporatie_id ORDER BY day))
SELECT DISTINCT day FROM beside JOIN loaded USING (corporatie_id, day)
WHERE before >= $rows AND after >= $rows AND n < $least * before AND n < $least * after ORDER BY day
