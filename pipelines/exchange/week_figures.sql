-- Agreements in scope of a date per corporation and shown wijk: how many signal, are listed, and are listed for the first time.
-- signalling: per family whether any of its signals gives points. families: the number of families that signal.
-- counts: three counts per cell.
WITH stood AS (
    SELECT corporatie_id, overeenkomst_id, bool_or(as_of = $as_of) AS listed, min(as_of) = $as_of AS first
    FROM run.decided WHERE outcome IN ('top', 'exploration') AND as_of <= $as_of GROUP BY ALL),
signalling AS (
    SELECT corporatie_id, overeenkomst_id, coalesce(wijk, '') AS wijk, {signalling}
    FROM scored WHERE as_of = $as_of AND exclusion IS NULL),
gathered AS (
    SELECT signalling.*, ({families}) >= 1 AS in_any, ({families}) >= 2 AS in_stacked,
        coalesce(listed, false) AS listed, coalesce(first, false) AS first
    FROM signalling LEFT JOIN stood USING (corporatie_id, overeenkomst_id))
SELECT corporatie_id, shown, count(*), {counts} FROM gathered JOIN shown_wijken USING (corporatie_id, wijk) GROUP BY ALL ORDER BY 1, 2
