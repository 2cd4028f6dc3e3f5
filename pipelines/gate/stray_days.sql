-- Rows of the arrears list in the temporary table typed that have another day than the list they stand in.
-- A file with a list of each of several days has most agreements of a day on the next day as well. A day whose agreements are
-- mostly absent from the next is not a list: its rows belong to that next list, where they would seem paid.
WITH days AS (
    SELECT corporatie_id, {day} AS day, count(*) AS rows, list(overeenkomst_id) AS agreements
    FROM typed WHERE verdict = 'new' GROUP BY ALL),
following AS (
    SELECT *, lead(agreements) OVER (PARTITION BY corporatie_id ORDER BY day) AS next, count(*) OVER (PARTITION BY corporatie_id) AS lists
    FROM days)
SELECT coalesce(sum(rows), 0) FROM following
WHERE lists <= 3 AND next IS NOT NULL AND len(list_intersect(agreements, next)) < rows / 2
