-- Count the tenants whose agreements have names without a word in common.
SELECT count(*) FROM (
    SELECT corporatie_id, huurder_id FROM (
        SELECT DISTINCT corporatie_id, huurder_id,
            list_sort(list_distinct(regexp_extract_all(strip_accents(lower(naam)), '[a-z]{3,}'))) AS words
        FROM typed WHERE verdict = 'new' AND naam IS NOT NULL AND (corporatie_id, huurder_id) IN (
            SELECT (corporatie_id, huurder_id) FROM typed WHERE verdict = 'new' GROUP BY corporatie_id, huurder_id
            HAVING min(naam) <> max(naam)))
    WHERE len(words) > 0 GROUP BY ALL
    HAVING count(*) > 1 AND NOT list_has_any(arg_min(words, words), arg_max(words, words)))
