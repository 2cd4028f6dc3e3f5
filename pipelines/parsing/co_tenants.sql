-- Find the rows of the register in `typed` that name a further tenant of an agreement: all of the agreement's rows are the
-- same except for the tenant's id, name and contact data. The first row stands for the agreement; the others only add a
-- tenant.
-- agreement: the columns of the agreement itself, without the tenant's.
CREATE OR REPLACE TEMP TABLE co_tenants AS
WITH hashed AS (
    SELECT line, corporatie_id, overeenkomst_id, huurder_id, {agreement} AS agreement FROM typed WHERE verdict = 'new' AND huurder_id IS NOT NULL
        AND key_hash IN (SELECT key_hash FROM typed WHERE verdict = 'new' GROUP BY key_hash HAVING count(DISTINCT huurder_id) > 1)),
first AS (
    SELECT corporatie_id, overeenkomst_id, min_by(huurder_id, line) AS huurder_id FROM hashed
    GROUP BY corporatie_id, overeenkomst_id HAVING count(DISTINCT agreement) = 1)
SELECT h.line, h.corporatie_id, h.overeenkomst_id, h.huurder_id
FROM hashed h JOIN first f USING (corporatie_id, overeenkomst_id) WHERE h.huurder_id <> f.huurder_id;

UPDATE typed SET verdict = 'duplicate' WHERE line IN (SELECT line FROM co_tenants)
