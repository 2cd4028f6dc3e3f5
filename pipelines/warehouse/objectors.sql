-- The agreements of every person with a standing objection, and of the household: whatever is made now leaves them out,
-- even if it is about a day before the objection.
-- Earlier versions of an agreement that ended have no end, and would make everybody who lived there later part of the household.
WITH register AS (
    SELECT corporatie_id, overeenkomst_id, eenheid_id, begindatum, einddatum FROM versions.huurovereenkomsten r WHERE {latest}),
objected AS (
    SELECT DISTINCT corporatie_id, overeenkomst_id FROM versions.bezwaren b
    WHERE {current} AND (ingetrokken_op IS NULL OR ingetrokken_op > (SELECT max(peildatum) FROM run.deliveries))
    UNION
    SELECT corporatie_id, overeenkomst_id FROM run.assigned
    WHERE meaning = 'objection' AND known_until > (SELECT max(peildatum) FROM run.deliveries)),
-- The same person at another corporation of this installation has the same name and telephone number or e-mail address.
same AS (
    SELECT corporatie_id, overeenkomst_id FROM objected
    UNION
    SELECT other.corporatie_id, other.overeenkomst_id
    FROM objected JOIN run.persons own USING (corporatie_id, overeenkomst_id) JOIN run.persons other USING (person)),
people AS (
    SELECT DISTINCT t.corporatie_id, t.huurder_id FROM versions.tenants t JOIN same USING (corporatie_id, overeenkomst_id)),
theirs AS (
    SELECT DISTINCT r.* FROM versions.tenants t JOIN people USING (corporatie_id, huurder_id)
    JOIN register r USING (corporatie_id, overeenkomst_id)),
household AS (
    SELECT o.corporatie_id, o.overeenkomst_id FROM theirs t JOIN register o USING (corporatie_id, eenheid_id)
    WHERE o.begindatum <= coalesce(t.einddatum, DATE '9999-12-31') AND t.begindatum <= coalesce(o.einddatum, DATE '9999-12-31'))
SELECT corporatie_id, overeenkomst_id, DATE '0001-01-01' AS known_from, NULL::DATE AS known_until
FROM (FROM same UNION SELECT corporatie_id, overeenkomst_id FROM theirs UNION FROM household)
