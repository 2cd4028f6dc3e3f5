-- Part of resolved.sql: a flag on a tenant holds for every agreement of that tenant.
UNION ALL
SELECT v.row_id, v.known_from, a.overeenkomst_id, greatest(v.known_from, a.known_from),
    least(v.home_until, coalesce(a.known_until, DATE '9999-12-31'))
FROM v JOIN versions.tenants a ON a.corporatie_id = v.corporatie_id AND a.huurder_id = v.{tenant}
WHERE v.home_until > v.known_from
