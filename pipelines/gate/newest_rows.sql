-- Of the deliveries before a day but the first: their number, those that end before the one before them, and those that repeat rows.
WITH theirs AS (
    SELECT delivery_id, peildatum, version, rows_same FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ?
    QUALIFY row_number() OVER (ORDER BY peildatum, version) > 1 ORDER BY peildatum DESC, version DESC LIMIT {deliveries}),
newest AS (
    SELECT d.peildatum, d.version, any_value(d.rows_same) AS same, max(CAST(r.{known} AS DATE)) AS newest
    FROM theirs d JOIN raw.{sightings} s USING (delivery_id) JOIN raw.{extract} r USING (row_id) GROUP BY ALL)
SELECT count(*), count(*) FILTER (back), count(*) FILTER (same > 0)
FROM (SELECT same, newest < lag(newest) OVER (ORDER BY peildatum, version) AS back FROM newest)
