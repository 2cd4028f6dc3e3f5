-- Count the days with enough entries, and those of them with one entry that is the sum of all others of the day.
WITH entries AS (
    SELECT corporatie_id, {day} AS day, {amount}, sum({amount}) OVER a_day - {amount} AS others, count(*) OVER a_day AS n
    FROM typed WHERE verdict = 'new' WINDOW a_day AS (PARTITION BY corporatie_id, {day})),
days AS (SELECT count(*) FILTER ({amount} <> 0 AND abs({amount} - others) < {cent}) AS totals FROM entries WHERE n > {others}
    GROUP BY corporatie_id, day)
SELECT count(*), count(*) FILTER (totals = 1) FROM days
