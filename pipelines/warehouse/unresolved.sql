-- Rows of one extract that are judged row by row and match nobody: quarantined as unreadable, or loaded without a match.
-- deliveries: those that count. extract, meaning, record, agreement, home, tenant: from its contract.
-- applies: which rows carry the right. doubtful: their code is unknown, so they may carry it.
-- day: the day of the row itself. ends: the last day of the right. recent: the row is recent enough to matter.
WITH register AS (
    SELECT corporatie_id, overeenkomst_id, eenheid_id, huurder_id, known_from FROM versions.huurovereenkomsten),
agreements AS (SELECT corporatie_id, overeenkomst_id AS id, min(known_from) AS since FROM register GROUP BY ALL),
homes AS (SELECT corporatie_id, eenheid_id AS id, min(known_from) AS since FROM register GROUP BY ALL),
tenants AS (SELECT corporatie_id, huurder_id AS id, min(known_from) AS since FROM versions.tenants GROUP BY ALL),
delivered AS (SELECT c.*, d.file_name FROM ({deliveries}) c JOIN run.deliveries d USING (delivery_id)),
rows AS (
    SELECT row_id, key_hash, corporatie_id, {record} AS record, {agreement} AS agreement, {home} AS home, {tenant} AS tenant,
        CAST({day} AS DATE) AS day, known_from, least(known_until, {ends}) AS known_until, {recent} AS recent, {doubtful} AS doubtful
    FROM versions.{extract} WHERE {applies}),
-- matched: the day from which the register knows somebody whom the row names.
-- A home decides only where the row names no tenant, as in resolved.sql.
judged AS (
    SELECT r.*, least(a.since, t.since, CASE WHEN tenant IS NULL THEN h.since END) AS matched FROM rows r
    LEFT JOIN agreements a ON a.corporatie_id = r.corporatie_id AND a.id = agreement
    LEFT JOIN homes h ON h.corporatie_id = r.corporatie_id AND h.id = home
    LEFT JOIN tenants t ON t.corporatie_id = r.corporatie_id AND t.id = tenant),
shown AS (
    SELECT j.*, arg_max(d.file_name, (d.peildatum, d.version)) AS file_name, arg_max(s.line, (d.peildatum, d.version)) AS line,
        max(d.peildatum) AS last_shown
    FROM judged j JOIN raw.{sightings} s USING (row_id) JOIN delivered d USING (delivery_id) GROUP BY ALL),
-- When a delivery showed a record with somebody of the register. A later one than the row itself may correct it.
corrected AS (
    SELECT s.corporatie_id, s.record, s.agreement, s.home, s.tenant, s.day, d.peildatum FROM shown s
    JOIN raw.{sightings} USING (row_id) JOIN delivered d USING (delivery_id)
    WHERE s.matched IS NOT NULL AND NOT s.doubtful),
apart AS (
    SELECT p.*, d.file_name, d.peildatum, coalesce(a.since, t.since, h.since) IS NOT NULL AS names_somebody
    FROM run.set_apart p JOIN delivered d USING (delivery_id)
    LEFT JOIN agreements a ON a.corporatie_id = p.corporatie_id AND a.id = p.agreement
    LEFT JOIN homes h ON h.corporatie_id = p.corporatie_id AND h.id = p.home
    LEFT JOIN tenants t ON t.corporatie_id = p.corporatie_id AND t.id = p.tenant
    WHERE p.extract = {literal})
-- The same number about somebody else is another right, so a row set apart that names somebody is corrected only by a row
-- about the same person, and a row that was loaded only by a row of the same day that takes its place.
SELECT {literal} AS extract, {meaning} AS meaning, a.file_name, a.line, a.reasons, a.corporatie_id, a.agreement, a.home, a.tenant,
    coalesce(a.record, a.file_name || ' ' || a.line) AS record, NULL::BIGINT AS row_id, a.peildatum - 1 AS known_from,
    (SELECT min(c.peildatum) - 1 FROM corrected c
     WHERE c.corporatie_id = a.corporatie_id AND c.record = a.record AND c.peildatum > a.peildatum
        AND (NOT a.names_somebody OR coalesce(c.agreement = a.agreement, false) OR coalesce(c.home = a.home, false)
            OR coalesce(c.tenant = a.tenant, false))) AS known_until
FROM apart a
UNION ALL
SELECT {literal}, {meaning}, s.file_name, s.line,
    [CASE WHEN s.doubtful THEN 'unknown code' WHEN coalesce(s.agreement, s.home, s.tenant) IS NULL THEN 'no home at the address'
        ELSE 'matches nobody in the register' END],
    s.corporatie_id, s.agreement, s.home, s.tenant, s.record, s.row_id, s.known_from,
    least(s.known_until, CASE WHEN NOT s.doubtful THEN s.matched END,
        (SELECT min(c.peildatum) - 1 FROM corrected c
         WHERE s.matched IS NULL AND c.corporatie_id = s.corporatie_id AND c.record = s.record AND c.day = s.day
            AND c.peildatum > s.last_shown))
FROM shown s
WHERE s.recent AND (s.doubtful OR s.matched IS NULL OR s.matched > s.known_from)
    AND (s.known_until IS NULL OR s.known_until > s.known_from)
    AND s.key_hash NOT IN (SELECT key_hash FROM run.kept_objections)
