-- Whether each entry escalated within its period. Parameter: until (end of the data).
SELECT e.corporatie_id, e.overeenkomst_id, (count(x.kind) > 0)::DOUBLE AS value
FROM entries e LEFT JOIN events x ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id
    AND x.happened_on BETWEEN e.entered AND e.entered + {last}
WHERE e.entered + {days} <= $until GROUP BY 1, 2
