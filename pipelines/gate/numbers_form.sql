-- Compare the form of the numbers with that of a sample of earlier ones: how many of these have the usual prefix and the usual size,
-- and how many rows have another prefix or fewer characters.
WITH earlier AS (FROM {earlier} ORDER BY row_id DESC LIMIT {sample}),
forms AS (SELECT {prefix} AS prefix, len({own}) AS size FROM earlier),
usual AS (SELECT count(*) AS ever, mode(prefix) AS prefix, mode(size) AS size FROM forms)
SELECT any_value(ever), (SELECT count(*) FROM forms SEMI JOIN usual USING (prefix)),
    (SELECT count(*) FROM forms SEMI JOIN usual USING (size)), count(*),
    count(*) FILTER ({prefix} <> usual.prefix), count(*) FILTER (len({own}) < usual.size)
FROM typed, usual WHERE verdict = 'new'
