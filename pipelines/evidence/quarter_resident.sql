-- Households that a coach spoke to, those of them that still rent, and those on the pilot light.
-- Parameters: since, until (the day after the period).
WITH people AS (
    SELECT corporatie_id, overeenkomst_id, bool_or(is_contact AND coalesce(bereikt, false)) AS reached,
        bool_or(stand = 'waakvlam') AS watch
    FROM met WHERE datum >= $since GROUP BY 1, 2),
runs AS (
    SELECT corporatie_id, overeenkomst_id, arg_max(coalesce(einddatum, DATE '9999-12-31'), known_from) >= $until AS runs
    FROM staged.huurovereenkomsten t WHERE {known_before} GROUP BY 1, 2)
SELECT count(*) FILTER (reached), count(*) FILTER (reached AND runs), count(*) FILTER (watch)
FROM people LEFT JOIN runs USING (corporatie_id, overeenkomst_id)
