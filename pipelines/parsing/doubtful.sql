-- The rows that share a key: whether an equal row came before, and whether they contradict each other.
CREATE OR REPLACE TEMP TABLE doubtful AS
SELECT line, row_number() OVER (PARTITION BY key_hash, row_hash ORDER BY line) > 1 AS again,
    min(row_hash) OVER same_key <> max(row_hash) OVER same_key AS contradicts
FROM typed WHERE verdict = 'new'
    AND key_hash IN (SELECT key_hash FROM typed WHERE verdict = 'new' GROUP BY key_hash HAVING count(*) > 1)
WINDOW same_key AS (PARTITION BY key_hash)
