-- Keep the places of rows with a wrong number of fields, and each id of the register that a word of theirs spells.
-- $1 delivery, $2 extract, $3 lines, $4 for each line its words that hold a digit, $5 corporation, $6 for each line its hash.
INSERT INTO run.set_apart (delivery_id, extract, line, reasons, corporatie_id, record, agreement, home, tenant)
WITH broken AS (
    SELECT unnest($3::INTEGER[]) AS line, unnest($4::VARCHAR[][]) AS words, unnest($6::VARCHAR[]) AS record),
words AS (
    SELECT DISTINCT line, lower(unnest(words)) AS word FROM broken),
ids AS (
    SELECT DISTINCT corporatie_id, kind, id
    FROM versions.huurovereenkomsten,
        LATERAL (VALUES ('agreement', overeenkomst_id), ('home', eenheid_id), ('tenant', huurder_id)) n (kind, id)
    WHERE corporatie_id = $5),
found AS (
    SELECT DISTINCT line, corporatie_id, CASE kind WHEN 'agreement' THEN id END AS agreement,
        CASE kind WHEN 'home' THEN id END AS home, CASE kind WHEN 'tenant' THEN id END AS tenant
    FROM ids JOIN words ON lower(trim(id)) = word)
SELECT $1, $2, line, ['wrong number of fields'], corporatie_id, record, agreement, home, tenant FROM found JOIN broken USING (line)
UNION ALL
SELECT $1, $2, line, ['wrong number of fields'], nullif($5, ''), record, NULL, NULL, NULL FROM broken
WHERE line NOT IN (SELECT line FROM found)
