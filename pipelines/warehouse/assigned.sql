-- The agreements that analysts chose for rows that match nobody, from the day of the answer until the row itself ends.
SELECT u.extract, u.meaning, a.corporatie_id, a.overeenkomst_id, a.row_key, u.row_id, u.known_from AS row_from,
    greatest(u.known_from, a.known_from) AS known_from, max(coalesce(u.known_until, DATE '9999-12-31')) AS known_until
FROM run.unreached u JOIN run.answers a USING (row_key)
WHERE u.answerable AND a.overeenkomst_id IS NOT NULL AND coalesce(u.corporatie_id, a.corporatie_id) = a.corporatie_id
    AND coalesce(u.known_until, DATE '9999-12-31') > a.known_from
GROUP BY ALL
