-- Of some deliveries: their number, those that end before the one before them, and those that repeat rows.
WITH newest AS (
    SELECT d.peildatum, d.version, any_value(d.rows_same) AS same, max(CAST(r.{day} AS DATE)) AS newest
    FROM run.deliveries d JOIN raw.{sightings} s USING (delivery_id) JOIN raw.{extract} r USING (row_id)
    WHERE d.delivery_id IN ({deliveries}) GROUP BY ALL)
SELECT count(*), count(*) FILTER (back), count(*) FILTER (same > 0)
FROM (SELECT same, newest < lag(newest) OVER (ORDER BY peildatum, version) AS back FROM newest)
