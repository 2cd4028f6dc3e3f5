-- The number of rows of earlier versions of a delivery that the version in `typed` lacks, and that no other delivery shows.
-- before: the condition on d that it is an earlier version. same: that row t of this version is row a, which was set apart.
SELECT
    (SELECT count(DISTINCT key_hash) FROM versions.{extract} v
     WHERE {current} AND key_hash NOT IN (SELECT key_hash FROM typed) AND key_hash IN (
        SELECT key_hash FROM raw.{extract} JOIN raw.{sightings} s USING (row_id)
        JOIN run.deliveries d ON d.delivery_id = s.delivery_id GROUP BY key_hash HAVING bool_and({before})))
    + (SELECT count(*) FROM run.set_apart a JOIN run.deliveries d USING (delivery_id)
       WHERE a.extract = {literal} AND {before} AND NOT EXISTS (FROM typed t WHERE {same}))
