-- The rows of parts to leave out: all if the whole is in the file, otherwise all but the first.
CREATE OR REPLACE TEMP TABLE parts AS
SELECT line FROM (
    SELECT line, {part} AS part, bool_or(NOT {part}) OVER one_key AS whole,
        row_number() OVER (PARTITION BY key_hash, {part} ORDER BY line) AS place
    FROM typed WHERE verdict = 'new' WINDOW one_key AS (PARTITION BY key_hash))
WHERE part AND (whole OR place > 1)
