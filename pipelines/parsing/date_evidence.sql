-- What the dates of a column in one form prove: how many begin with the day, how many with the month, and how many can be two dates.
SELECT count(*) FILTER (a > 12 AND b <= 12), min(line) FILTER (a > 12 AND b <= 12),
    count(*) FILTER (b > 12 AND a <= 12), min(line) FILTER (b > 12 AND a <= 12),
    count(*) FILTER (a <= 12 AND b <= 12 AND a <> b),
    min({example}, {shown}) FILTER (a <= 12 AND b <= 12 AND a <> b), (SELECT count({name}) FROM texts)
FROM (SELECT line, part[1]::INT AS a, part[2]::INT AS b, part[3] AS y
    FROM (SELECT line, v, regexp_extract_all(v, '\d+') AS part
        FROM (SELECT line, trim({value}) AS v FROM texts WHERE {name} IS NOT NULL)
        WHERE regexp_matches(v, {year_last}) AND v NOT IN ('01-01-1753', '01/01/1753')))
WHERE a BETWEEN 1 AND 31 AND b BETWEEN 1 AND 31
