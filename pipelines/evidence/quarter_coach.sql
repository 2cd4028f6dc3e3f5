-- Listed agreements, those that were contacted in time, those that were reached, and the median days to the first contact.
WITH first AS (
    SELECT s.corporatie_id, s.overeenkomst_id, min(date_diff('day', s.listed_on, m.datum)) AS days,
        bool_or(coalesce(m.bereikt, false)) AS reached
    FROM stood s JOIN met m ON m.corporatie_id = s.corporatie_id AND m.overeenkomst_id = s.overeenkomst_id
        AND m.is_contact AND m.datum >= s.listed_on AND m.datum < s.listed_on + {worked} GROUP BY 1, 2)
SELECT (SELECT count(*) FROM stood), count(*), count(*) FILTER (reached), median(days) FROM first
