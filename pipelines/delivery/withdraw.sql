-- Remove what one delivery alone showed. What others showed as well now counts as first brought by the earliest of those.
CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM raw.{extract};

DELETE FROM raw.{sightings} WHERE delivery_id = {delivery_id};

CREATE OR REPLACE TEMP TABLE heirs AS
SELECT s.row_id, min(s.delivery_id) AS heir
FROM raw.{sightings} s JOIN raw.{extract} r ON r.row_id = s.row_id
WHERE r.delivery_id = {delivery_id} GROUP BY ALL;

UPDATE raw.{extract} r SET delivery_id = heir FROM heirs h WHERE h.row_id = r.row_id;

DELETE FROM raw.{extract} WHERE delivery_id = {delivery_id};

UPDATE run.deliveries d SET rows_new = rows_new + n, rows_same = rows_same - n
FROM (SELECT heir, count(*) AS n FROM heirs GROUP BY heir) WHERE heir = d.delivery_id;

DELETE FROM run.delivery_counts WHERE delivery_id = {delivery_id};
DELETE FROM run.co_tenants WHERE delivery_id = {delivery_id};
DELETE FROM run.set_apart WHERE delivery_id = {delivery_id};
DELETE FROM run.snapshots WHERE delivery_id = {delivery_id};
DELETE FROM run.deliveries WHERE delivery_id = {delivery_id};
