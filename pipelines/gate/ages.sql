-- Of some deliveries: their number, the largest age of the newest row that was known with one, the rows that happened after the
-- first of them with the days since it, and the newest row of all.
WITH theirs AS (
    SELECT delivery_id, peildatum, lag(peildatum) OVER (ORDER BY peildatum, version) AS before
    FROM run.deliveries WHERE delivery_id IN ({deliveries}) ORDER BY peildatum DESC, version DESC LIMIT {most}),
-- A row of which the status changed is stored again: only what happened since the delivery before is new.
newest AS (
    SELECT delivery_id, peildatum, count(*) FILTER (r.{day} >= before) AS rows, max(CAST(r.{day} AS DATE)) AS newest
    FROM theirs LEFT JOIN raw.{extract} r USING (delivery_id) GROUP BY ALL),
ages AS (SELECT peildatum, rows, peildatum - max(newest) OVER (ORDER BY peildatum) AS age FROM newest)
SELECT count(*), max(age), sum(rows) FILTER (peildatum > first), max(peildatum) - any_value(first), (SELECT max(newest) FROM newest)
FROM ages, (SELECT min(peildatum) AS first FROM ages)
