-- The agreements that each unresolved row may mean, the likeliest first, no more than `most` of a row.
-- The nearest id comes first. Among equally near agreements, one that more ids of the row name comes before the others, and one
-- that runs before one that has ended.
WITH numbered AS (
    SELECT m.file_name, m.line, overeenkomst_id, row_number() OVER (
        PARTITION BY m.file_name, m.line ORDER BY m.distance, m.ids DESC, r.einddatum IS NOT NULL, overeenkomst_id) AS place
    FROM run.meant m JOIN versions.huurovereenkomsten r USING (corporatie_id, overeenkomst_id)
    WHERE m.until >= (SELECT max(peildatum) FROM run.deliveries) AND {current})
SELECT file_name, line, overeenkomst_id FROM numbered WHERE place <= {most} ORDER BY file_name, line, place
