-- Every agreement from its first list since a day, and what the coach met within the days for a visit.
-- Parameters: since (first as-of date), until (only what became known before counts), days (time for a visit).
WITH first AS (
    SELECT corporatie_id, overeenkomst_id, min(as_of) AS as_of, arg_min(outcome, as_of) AS outcome
    FROM run.decided WHERE outcome IN ('top', 'exploration') AND as_of >= $since AND as_of < $until
        AND (corporatie_id, overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)
    GROUP BY 1, 2),
places AS (
    SELECT corporatie_id, overeenkomst_id, arg_max(wijk, known_from) AS wijk
    FROM staged.huurovereenkomsten GROUP BY 1, 2)
SELECT f.as_of, f.corporatie_id, f.overeenkomst_id, f.outcome, coalesce(any_value(p.wijk), '') AS wijk,
    f.as_of + CAST($days AS INTEGER) <= $until AS matured,
    count(c.contact_id) FILTER ({is_contact}) > 0 AS visited,
    min(c.datum) FILTER (c.bereikt AND {is_contact}) AS spoken_on,
    coalesce(bool_or(c.resultaat = $declined), false) AS refused,
    CASE WHEN bool_or(c.stand IN ('in_contact', 'waakvlam')) THEN 1
        WHEN bool_or(c.stand = 'niet_passend' OR (c.stand = 'afgesloten' AND c.bereikt)) THEN 0 END AS need
FROM first f LEFT JOIN places p USING (corporatie_id, overeenkomst_id)
LEFT JOIN staged.contacten c ON c.corporatie_id = f.corporatie_id AND c.overeenkomst_id = f.overeenkomst_id
    AND c.datum >= f.as_of AND c.datum < f.as_of + CAST($days AS INTEGER) AND {contact_known}
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3
