-- Rows of one extract that are judged row by row and reach nobody: set apart as unreadable, or loaded without a match.
-- deliveries: those that count. extract, meaning, record, agreement, home, tenant: from its contract.
-- applies: which rows carry the right. doubtful: their code is unknown, so they may carry it.
-- ends: the last day of the right. recent: the row is recent enough to matter.
WITH register AS (
    SELECT corporatie_id, overeenkomst_id, eenheid_id, huurder_id, known_from FROM versions.huurovereenkomsten),
agreements AS (SELECT corporatie_id, overeenkomst_id AS id, min(known_from) AS since FROM register GROUP BY ALL),
homes AS (SELECT corporatie_id, eenheid_id AS id, min(known_from) AS since FROM register GROUP BY ALL),
tenants AS (SELECT corporatie_id, huurder_id AS id, min(known_from) AS since FROM versions.tenants GROUP BY ALL),
delivered AS (SELECT c.*, d.file_name FROM ({deliveries}) c JOIN run.deliveries d USING (delivery_id)),
rows AS (
    SELECT row_id, key_hash, corporatie_id, {record} AS record, {agreement} AS agreement, {home} AS home, {tenant} AS tenant,
        known_from, least(known_until, {ends}) AS known_until, {recent} AS recent, {doubtful} AS doubtful
    FROM versions.{extract} WHERE {applies}),
-- matched: the day from which the register knows somebody whom the row names.
-- A home decides only where the row names no tenant, as in resolved.sql.
judged AS (
    SELECT r.*, least(a.since, t.since, CASE WHEN tenant IS NULL THEN h.since END) AS matched FROM rows r
    LEFT JOIN agreements a ON a.corporatie_id = r.corporatie_id AND a.id = agreement
    LEFT JOIN homes h ON h.corporatie_id = r.corporatie_id AND h.id = home
    LEFT JOIN tenants t ON t.corporatie_id = r.corporatie_id AND t.id = tenant),
-- When a later delivery showed the same record with somebody of the register: from then on a row set apart is resolved.
corrected AS (
    SELECT j.corporatie_id, j.record, d.peildatum FROM judged j
    JOIN raw.{sightings} s USING (row_id) JOIN delivered d USING (delivery_id)
    WHERE j.matched IS NOT NULL AND NOT j.doubtful)
SELECT {literal} AS extract, {meaning} AS meaning, d.file_name, a.line, a.reasons, a.corporatie_id, a.agreement, a.home, a.tenant,
    coalesce(a.record, d.file_name || ' ' || a.line) AS record, NULL::BIGINT AS row_id, d.peildatum - 1 AS known_from,
    (SELECT min(c.peildatum) - 1 FROM corrected c
     WHERE c.corporatie_id = a.corporatie_id AND c.record = a.record AND c.peildatum > d.peildatum) AS known_until
FROM run.set_apart a JOIN delivered d USING (delivery_id) WHERE a.extract = {literal}
UNION ALL
SELECT {literal}, {meaning}, arg_max(d.file_name, (d.peildatum, d.version)), arg_max(s.line, (d.peildatum, d.version)),
    [CASE WHEN j.doubtful THEN 'unknown code' WHEN coalesce(j.agreement, j.home, j.tenant) IS NULL THEN 'no home at the address'
        ELSE 'matches nobody in the register' END],
    j.corporatie_id, j.agreement, j.home, j.tenant, j.record, j.row_id, j.known_from,
    least(j.known_until, CASE WHEN NOT j.doubtful THEN j.matched END)
FROM judged j JOIN raw.{sightings} s USING (row_id) JOIN delivered d USING (delivery_id)
WHERE j.recent AND (j.doubtful OR j.matched IS NULL OR j.matched > j.known_from)
    AND (j.known_until IS NULL OR j.known_until > j.known_from)
    AND j.key_hash NOT IN (SELECT key_hash FROM run.kept_objections)
GROUP BY j.row_id, j.record, j.corporatie_id, j.agreement, j.home, j.tenant, j.known_from, j.known_until, j.matched, j.doubtful
