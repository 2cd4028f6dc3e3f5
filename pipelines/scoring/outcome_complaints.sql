-- The number of complaints about each entry within its period. Parameter: until (end of the data).
SELECT e.corporatie_id, e.overeenkomst_id, count(DISTINCT x.zaak_id)::DOUBLE AS value
FROM entries e LEFT JOIN staged.overlastmeldingen x
    ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id AND {current}
    AND coalesce(x.status_code, '') != 'GEA' AND x.gebeurd_op BETWEEN e.entered AND e.entered + {last}
WHERE e.entered + {days} <= $until GROUP BY 1, 2
