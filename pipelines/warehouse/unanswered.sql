-- The rows that match nobody, until an analyst answers which agreement they are about, or that they are about none of our tenants.
SELECT u.* REPLACE (least(u.known_until, a.known_from) AS known_until) FROM run.unreached u
LEFT JOIN run.answers a ON a.row_key = u.row_key AND a.corporatie_id = coalesce(u.corporatie_id, a.corporatie_id)
    AND (u.answerable OR a.overeenkomst_id IS NULL)
WHERE a.known_from IS NULL OR a.known_from > u.known_from
