-- The panel of one part of the dates, from the temporary tables signals, reach, tenancies, complete and came.
-- Parameters: until (only what became known before counts), days (length of the window), collection (number of a phase).
WITH visits AS (
    SELECT DISTINCT r.corporatie_id, r.overeenkomst_id, r.as_of FROM reach r JOIN staged.contacten c
        ON c.corporatie_id = r.corporatie_id AND c.overeenkomst_id = r.overeenkomst_id
        AND c.datum >= r.as_of AND c.datum < r.as_of + CAST($days AS INTEGER)
        AND {is_contact}
    WHERE {contact_known}),
chosen AS (
    SELECT DISTINCT corporatie_id, overeenkomst_id, as_of FROM run.decided
    WHERE outcome IN ('top', 'exploration')),
terms AS (
    SELECT corporatie_id, overeenkomst_id, begindatum, brutohuur, known_from, known_until
    FROM staged.huurovereenkomsten)
SELECT h.household, r.hold, r.wijk, t.begindatum, t.brutohuur, s.*,
    collection_phase >= $collection AS in_collection,
    l.as_of IS NOT NULL AS listed,
    s.as_of + CAST($days AS INTEGER) <= least($until, c.until)  -- least() ignores NULL
        AND s.as_of >= coalesce(c.since, s.as_of) AS mature,
    CASE WHEN came.as_of IS NOT NULL THEN 1 WHEN mature THEN 0 END::TINYINT AS escalated,
    {outcomes},
    came.escalated_on, came.escalation,
    CASE WHEN v.as_of IS NOT NULL THEN true WHEN mature THEN false END AS contacted
FROM signals s JOIN reach r USING ({key}) JOIN tenancies h USING (corporatie_id, overeenkomst_id)
JOIN terms t ON t.corporatie_id = s.corporatie_id AND t.overeenkomst_id = s.overeenkomst_id
    AND {terms_known}
LEFT JOIN complete c ON c.corporatie_id = s.corporatie_id
LEFT JOIN came USING ({key}) LEFT JOIN visits v USING ({key}) LEFT JOIN chosen l USING ({key})
WHERE r.exclusion IS NULL
