-- Remember by which secret hashes the tenant of each agreement of the delivery can be known again at another corporation.
-- A name alone is shared by many: it counts together with a telephone number or an e-mail address.
CREATE OR REPLACE TEMP TABLE told AS
WITH plain AS (
    SELECT corporatie_id, overeenkomst_id, lower(regexp_replace(naam, '[^[:alpha:]]', '', 'g')) AS name,
        right(regexp_replace(telefoon, '[^0-9]', '', 'g'), 9) AS phone, lower(trim(email)) AS mail
    FROM typed WHERE verdict = 'new' AND naam IS NOT NULL)
SELECT corporatie_id, overeenkomst_id, left(sha256({pepper} || name || '|' || contact), 32) AS person
FROM plain, LATERAL (VALUES (phone), (mail)) c (contact)
WHERE len(name) >= 3 AND len(contact) >= 6;

DELETE FROM run.persons WHERE (corporatie_id, overeenkomst_id) IN (
    SELECT (corporatie_id, overeenkomst_id) FROM typed WHERE verdict = 'new');

INSERT INTO run.persons SELECT DISTINCT * FROM told;
