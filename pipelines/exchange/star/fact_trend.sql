-- How often each signal occurs, for one list and per shown wijk (`pipelines.warehouse.wijken`).
WITH long AS (
    UNPIVOT (
        SELECT as_of, corporatie_id, coalesce(wijk, '') AS wijk, {signals}
        FROM scored SEMI JOIN run.decided USING (as_of, corporatie_id, overeenkomst_id)
        WHERE as_of = {list_date} AND exclusion IS NULL)
    ON {names} INTO NAME signal VALUE value)
SELECT as_of AS list_date, corporatie_id AS corporation_id, nullif(shown, '') AS district, signal,
    count(*) AS agreements, count(*) FILTER (WHERE value > 0) AS above_zero, avg(value) AS mean_value
FROM long JOIN shown_wijken USING (corporatie_id, wijk) GROUP BY ALL ORDER BY ALL
