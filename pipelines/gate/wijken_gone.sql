-- The rows that wijken had on the list before, of which none is left, and the number of such wijken.
SELECT coalesce(sum(before), 0), count(*) FROM (
    SELECT r.wijk, count(*) AS before
    FROM list_before v JOIN versions.{register} r USING (corporatie_id, overeenkomst_id)
    LEFT JOIN (SELECT DISTINCT corporatie_id, overeenkomst_id FROM newest_list) n USING (corporatie_id, overeenkomst_id)
    WHERE {current} AND r.wijk IS NOT NULL
    GROUP BY v.corporatie_id, r.wijk HAVING count(*) >= {least} AND count(n.overeenkomst_id) = 0)
