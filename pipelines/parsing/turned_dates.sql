-- Compare the dates that begin with the year with those that end with it: how many are there, and how many have a day of at most 12
-- or above 12.
SELECT count(*) FILTER (year_first), count(*) FILTER (year_first AND b <= 12), min(line) FILTER (year_first),
    count(*) FILTER (NOT year_first), count(*) FILTER (NOT year_first AND greatest(a, b) > 12)
FROM (SELECT min(line) AS line, year_first, part[CASE WHEN year_first THEN 2 ELSE 1 END]::INT AS a,
        part[CASE WHEN year_first THEN 3 ELSE 2 END]::INT AS b
    FROM (SELECT line, regexp_matches({name}, {iso}) AS year_first, regexp_extract_all({name}, '\d+') AS part
        FROM texts WHERE regexp_matches({name}, {iso}) OR regexp_matches({name}, {year_last})) GROUP BY year_first, part)
