-- From each recent list to the next: the number of pairs, and the least and largest share of odd rows.
-- n: the rows of the later list, b: those of the one before it. Both conditions, among and odd, are on n and b.
WITH days AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT {day} AS day FROM recent_lists)),
now AS (SELECT l.*, d.day AS list FROM recent_lists l JOIN days d ON {day} = d.day WHERE d.before IS NOT NULL),
before AS (SELECT l.*, d.day AS list FROM recent_lists l JOIN days d ON {day} = d.before),
shares AS (SELECT list, avg(coalesce({odd}, false)::INT) AS share
    FROM now n FULL JOIN before b USING (list, corporatie_id, overeenkomst_id) WHERE {among} GROUP BY list)
SELECT count(*), min(share), max(share) FROM shares
