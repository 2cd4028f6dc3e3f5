-- The agreements on either of two lists, those that are the same on both, and the most of these in succession.
WITH pairs AS (SELECT corporatie_id, overeenkomst_id, n.key_hash IS NOT NULL AND b.key_hash IS NOT NULL AND {equal} AS same
    FROM {now} n FULL JOIN {before} b USING (corporatie_id, overeenkomst_id)),
placed AS (SELECT same, row_number() OVER (ORDER BY corporatie_id, overeenkomst_id)
    - row_number() OVER (PARTITION BY same ORDER BY corporatie_id, overeenkomst_id) AS run FROM pairs)
SELECT coalesce(sum(n), 0)::INT, coalesce(sum(n) FILTER (same), 0)::INT, coalesce(max(n) FILTER (same), 0)::INT
FROM (SELECT same, run, count(*) AS n FROM placed GROUP BY ALL)
