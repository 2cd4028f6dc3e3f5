-- Append the rows of a delivery to its extract, from the temporary table typed.
-- sighted: every row of the delivery that counts, with its id. fresh: those of them that were never delivered before.

-- Equal rows have equal dates. Comparing the dates as well lets the engine skip the history that the delivery does not touch.
CREATE OR REPLACE TEMP TABLE sighted AS
SELECT r.row_id, r.key_hash, r.row_hash, t.line
FROM raw.{extract} r JOIN typed t ON r.row_hash = t.row_hash AND r.{date} = t.{date}
WHERE t.verdict = 'new';

-- Only hashes are sorted and kept: a first delivery may hold years, and its content is in typed already.
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT (SELECT coalesce(max(row_id), 0) FROM raw.{extract}) + row_number() OVER (ORDER BY line) AS row_id,
    row_hash, key_hash, line
FROM typed WHERE verdict = 'new' AND row_hash NOT IN (SELECT row_hash FROM sighted);

INSERT INTO raw.{extract} (row_id, row_hash, key_hash, delivery_id, {columns})
SELECT f.row_id, f.row_hash, f.key_hash, {delivery_id}, {columns} FROM typed JOIN fresh f USING (line);

INSERT INTO sighted SELECT row_id, key_hash, row_hash, line FROM fresh;

INSERT INTO raw.{sightings} SELECT {delivery_id}, row_id, line FROM sighted ORDER BY row_id;
