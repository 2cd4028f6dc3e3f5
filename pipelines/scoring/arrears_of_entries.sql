-- The arrears on the newest list at fixed days after entry; absent from that list means zero.
-- Parameter: until (only lists up to that day count).
WITH moments AS (
    SELECT e.corporatie_id, e.overeenkomst_id, m.days, e.entered + m.days AS on_day
    FROM entries e CROSS JOIN (SELECT unnest([{days}]) AS days) m),
newest AS (
    SELECT m.corporatie_id, m.overeenkomst_id, m.days, max(p.peildatum) AS peildatum
    FROM moments m JOIN staged.peildata p ON p.corporatie_id = m.corporatie_id AND {list_current}
        AND p.peildatum <= m.on_day AND p.peildatum > m.on_day - {list_age} AND p.peildatum <= $until
    WHERE m.on_day <= $until GROUP BY 1, 2, 3)
SELECT n.corporatie_id, n.overeenkomst_id, n.days, coalesce(greatest(a.saldo, 0), 0) AS saldo
FROM newest n LEFT JOIN staged.huurachterstanden a ON a.corporatie_id = n.corporatie_id
    AND a.overeenkomst_id = n.overeenkomst_id AND a.peildatum = n.peildatum AND {arrears_current}
LEFT JOIN tenants t ON t.corporatie_id = n.corporatie_id AND t.overeenkomst_id = n.overeenkomst_id
WHERE t.ends_on IS NULL OR t.ends_on >= n.peildatum
