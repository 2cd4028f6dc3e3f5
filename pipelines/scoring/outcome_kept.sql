-- Whether each entry kept its home during its period. Parameter: until (end of the data).
SELECT e.corporatie_id, e.overeenkomst_id,
    (NOT coalesce(x.why IN ('ONT', 'NOO') AND x.ends_on BETWEEN e.entered AND e.entered + {last}, false))::DOUBLE
        AS value
FROM entries e LEFT JOIN tenants x ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id
WHERE e.entered + {days} <= $until
