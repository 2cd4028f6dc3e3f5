-- Whether the coach confirmed a need at each listed address, one row per agreement.
-- Parameters: since (first as-of date), until (only what became known before counts), days (time for the visit).
WITH needs AS (
    SELECT d.corporatie_id, d.overeenkomst_id, d.as_of, any_value(d.outcome) AS outcome, any_value(d.propensity) AS propensity,
        CASE WHEN bool_or(c.stand IN ('in_contact', 'waakvlam')) THEN 1
            WHEN bool_or(c.stand = 'niet_passend' OR (c.stand = 'afgesloten' AND c.bereikt)) THEN 0 END AS need
    FROM run.decided d LEFT JOIN staged.contacten c
        ON c.corporatie_id = d.corporatie_id AND c.overeenkomst_id = d.overeenkomst_id
        AND c.datum >= d.as_of AND c.datum < d.as_of + CAST($days AS INTEGER)
        AND {contact_known}
    WHERE d.outcome IN ('top', 'exploration') AND d.as_of >= $since
        AND (d.corporatie_id, d.overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)
    GROUP BY d.corporatie_id, d.overeenkomst_id, d.as_of)
SELECT * FROM needs
QUALIFY row_number() OVER (PARTITION BY corporatie_id, overeenkomst_id ORDER BY need IS NULL, as_of DESC) = 1
ORDER BY corporatie_id, overeenkomst_id
