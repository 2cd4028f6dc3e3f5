-- Rows and total of the newest list in the delivery (first row), and of the lists it is compared with: the one before it,
-- and those of four and five weeks before.
-- Amounts are added as exact cents: a sum of floats depends on the order in which threads add, so a run would not repeat.
WITH newest AS (
    SELECT max({day}) AS day FROM typed WHERE verdict = 'new'),
earlier AS (
    SELECT DISTINCT p.{day} AS day FROM versions.peildata p, newest
    WHERE p.{day} < newest.day AND p.corporatie_id IN (SELECT DISTINCT corporatie_id FROM typed)),
compared AS (
    SELECT e.day FROM earlier e, newest
    WHERE e.day = (SELECT max(day) FROM earlier) OR newest.day - e.day BETWEEN 27 AND 36)
SELECT count(*), coalesce(sum(greatest({total}, 0)::DECIMAL(18, 2))::DOUBLE, 0)
FROM typed, newest WHERE verdict = 'new' AND {day} = newest.day
UNION ALL
(SELECT count(*), sum(greatest({total}, 0)::DECIMAL(18, 2))::DOUBLE
 FROM versions.{extract} v JOIN compared ON {day} = compared.day
 WHERE {current} AND corporatie_id IN (SELECT DISTINCT corporatie_id FROM typed) GROUP BY {day})
