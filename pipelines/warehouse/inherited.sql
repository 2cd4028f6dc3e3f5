
UNION ALL
SELECT {columns} FROM versions.{extract} v
JOIN versions.renewals l ON l.corporatie_id = v.corporatie_id AND l.predecessor = v.{agreement}
WHERE coalesce(v.known_until, DATE '9999-12-31') > l.known_from
    AND NOT EXISTS (FROM versions.{extract} own
        WHERE own.corporatie_id = l.corporatie_id AND own.{agreement} = l.successor AND {unless})
