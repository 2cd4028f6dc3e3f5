-- How often each signal occurs, for one list.
WITH long AS (
    UNPIVOT (
        SELECT as_of, corporatie_id, wijk, {signals}
        FROM scored SEMI JOIN run.decided USING (as_of, corporatie_id, overeenkomst_id)
        WHERE as_of = {list_date} AND exclusion IS NULL)
    ON {names} INTO NAME signal VALUE value)
SELECT as_of AS list_date, corporatie_id AS corporation_id, wijk AS district, signal,
    count(*) AS agreements, count(*) FILTER (WHERE value > 0) AS above_zero, avg(value) AS mean_value
FROM long GROUP BY ALL ORDER BY ALL
