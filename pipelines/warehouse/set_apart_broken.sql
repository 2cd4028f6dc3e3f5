-- Keep the place of a row with a wrong number of fields, and each id of the register that one of its words spells.
-- $1 delivery, $2 extract, $3 line, $4 words of the row that hold a digit, $5 corporation.
INSERT INTO run.set_apart (delivery_id, extract, line, reasons, corporatie_id, agreement, home, tenant)
WITH words AS (
    SELECT DISTINCT lower(unnest($4::VARCHAR[])) AS word),
found AS (
    SELECT DISTINCT r.corporatie_id, CASE kind WHEN 'agreement' THEN id END AS agreement,
        CASE kind WHEN 'home' THEN id END AS home, CASE kind WHEN 'tenant' THEN id END AS tenant
    FROM versions.huurovereenkomsten r,
        LATERAL (VALUES ('agreement', overeenkomst_id), ('home', eenheid_id), ('tenant', huurder_id)) n (kind, id)
    WHERE lower(trim(id)) IN (FROM words)
        AND r.corporatie_id = $5)
SELECT $1, $2, $3, ['wrong number of fields'], corporatie_id, agreement, home, tenant FROM found
UNION ALL
SELECT $1, $2, $3, ['wrong number of fields'], NULL, NULL, NULL, NULL WHERE NOT EXISTS (FROM found)
