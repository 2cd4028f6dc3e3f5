-- The day of the first arrears list of each corporation, or of its first event if it has no such lists.
SELECT corporatie_id, CAST(coalesce(min(day) FILTER (is_list), min(day)) AS DATE) AS first
FROM (SELECT corporatie_id, peildatum AS day, true AS is_list FROM staged.peildata UNION ALL {events}) GROUP BY ALL
