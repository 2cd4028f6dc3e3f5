-- The rows of `part` that are kept, and how many rows each stands for.
-- Parameters: share (one household in so many is drawn), dates (number of as-of dates of the panel), whole (a panel with at
-- most so many rows is kept whole), least (and so is a date with fewer rows that may be left out).
WITH judged AS NOT MATERIALIZED (
    SELECT * EXCLUDE (matters),
        coalesce(matters OR escalated = 1 OR hold IS NOT NULL OR contacted, true) AS certain,
        CASE WHEN certain THEN true ELSE md5_number_upper(concat_ws('|', as_of, household)) % $share = 0 END AS drawn
    FROM ({judged})),
sizes AS (
    SELECT as_of, count(*) FILTER (NOT certain) AS others, count(*) FILTER (NOT certain AND drawn) AS drawn_others,
        count(*) * $dates > $whole AND others >= $least AS thin
    FROM judged GROUP BY as_of)
SELECT judged.* EXCLUDE (certain, drawn), CASE WHEN certain OR NOT thin THEN 1.0 ELSE others / drawn_others END AS stands_for
FROM judged JOIN sizes USING (as_of) WHERE drawn OR NOT thin
