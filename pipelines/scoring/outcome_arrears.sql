-- The arrears of each entry at the end of its period. Parameter: until (end of the data).
SELECT e.corporatie_id, e.overeenkomst_id, x.saldo AS value
FROM entries e JOIN owes x ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id
    AND x.days = {days}
WHERE e.entered + {days} <= $until
