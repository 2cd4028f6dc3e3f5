-- The first visit since a day to each agreement that was on a list before that visit.
-- Parameters: since (first day), until (only what became known before counts).
SELECT min(c.datum) AS visited_on
FROM staged.contacten c ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
WHERE {is_contact} AND {contact_known} AND c.datum >= $since AND EXISTS (
    FROM run.decided d WHERE d.corporatie_id = c.corporatie_id AND d.overeenkomst_id = c.overeenkomst_id
        AND d.outcome IN ('top', 'exploration') AND d.as_of <= c.datum)
GROUP BY c.corporatie_id, c.overeenkomst_id ORDER BY visited_on
