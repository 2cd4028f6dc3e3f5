
UNION ALL
SELECT {of_row} FROM versions.{extract} v
JOIN run.assigned s ON s.extract = {literal} AND s.row_id = v.row_id AND s.row_from = v.known_from
UNION ALL
SELECT {without_row} FROM run.assigned s WHERE s.extract = {literal} AND s.meaning = {meaning} AND s.row_id IS NULL
