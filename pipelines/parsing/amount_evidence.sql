-- What the amounts of a column prove: how many can only have a decimal comma, how many only a point, and how many can be two amounts.
SELECT count(*) FILTER (comma AND NOT point), min(line) FILTER (comma AND NOT point),
    count(*) FILTER (point AND NOT comma), min(line) FILTER (point AND NOT comma),
    count(*) FILTER (as_comma <> as_point),
    min({example}, {shown}) FILTER (as_comma <> as_point)
FROM (SELECT line, bare, regexp_full_match(bare, {comma}) AS comma, regexp_full_match(bare, {point}) AS point,
        CASE WHEN comma AND point THEN TRY_CAST({as_comma} AS DOUBLE) END AS as_comma,
        CASE WHEN comma AND point THEN TRY_CAST({as_point} AS DOUBLE) END AS as_point
    FROM (SELECT line, {bare} AS bare FROM texts t WHERE {name} IS NOT NULL AND {is_text}))
