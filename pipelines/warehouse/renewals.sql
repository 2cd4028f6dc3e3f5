-- Rebuild which agreements continue an earlier one: the same tenant in the same home, in succession. known_from: the day from
-- which the register knew both. Successors of successors are included, so that the whole tenancy is found in one step.
DELETE FROM versions.renewals;
INSERT INTO versions.renewals
WITH RECURSIVE next AS (
    SELECT n.corporatie_id, p.overeenkomst_id AS predecessor, n.overeenkomst_id AS successor,
        min(greatest(n.known_from, p.known_from)) AS known_from
    FROM versions.huurovereenkomsten n JOIN versions.huurovereenkomsten p USING (corporatie_id, eenheid_id, huurder_id)
    WHERE p.overeenkomst_id <> n.overeenkomst_id AND p.begindatum < n.begindatum
        AND n.begindatum BETWEEN p.einddatum - {days} AND p.einddatum + {days}
    GROUP BY ALL),
chain AS (
    FROM next
    UNION
    SELECT c.corporatie_id, n.predecessor, c.successor, greatest(c.known_from, n.known_from)
    FROM chain c JOIN next n ON n.corporatie_id = c.corporatie_id AND n.successor = c.predecessor)
SELECT corporatie_id, predecessor, successor, min(known_from) FROM chain WHERE predecessor <> successor GROUP BY ALL
