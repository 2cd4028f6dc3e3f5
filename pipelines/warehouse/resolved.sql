-- The agreement of each row that names a home or a tenant, with the intervals in which that agreement was the known answer.
-- inside: which rows. event: the columns that hold the event date. named: the agreement that the row itself names.
-- extract_name: the extract as text.
-- home: the home that the row names, by_home: whether the home decides. place: what the row is resolved by.
WITH register AS (
    SELECT corporatie_id AS of_corporatie, overeenkomst_id AS of_agreement, min(known_from) AS registered
    FROM versions.huurovereenkomsten GROUP BY ALL),
-- Until the register knows the agreement that a row names, the row belongs to the agreement of its home.
v AS (
    SELECT *, coalesce({event}) AS event_on,
        CASE WHEN registered IS NOT NULL THEN greatest(registered, known_from) END AS named_from,
        least(coalesce(v.known_until, DATE '9999-12-31'), coalesce(named_from, DATE '9999-12-31')) AS home_until
    FROM (SELECT *, {place} AS place FROM versions.{extract} p) v
    LEFT JOIN register ON of_corporatie = v.corporatie_id AND of_agreement = {named} WHERE {inside}),
-- The days on which the answer may change: the row's own, and each day on which the register changed for its home.
moments AS (
    SELECT row_id, known_from AS row_from, known_from AS moment FROM v WHERE {by_home}
    UNION
    SELECT v.row_id, v.known_from, unnest([a.known_from, a.known_until]) FROM v
    JOIN versions.huurovereenkomsten a ON a.corporatie_id = v.corporatie_id AND a.eenheid_id = {home} WHERE {by_home}),
segments AS (
    SELECT m.row_id, m.row_from, moment, lead(moment) OVER (PARTITION BY m.row_id, m.row_from ORDER BY moment) AS next
    FROM moments m JOIN v ON v.row_id = m.row_id AND v.known_from = m.row_from
    WHERE moment >= v.known_from AND moment < v.home_until),
answers AS (
    SELECT s.row_id, s.row_from, s.moment, any_value(s.next) AS next,
        arg_max(a.overeenkomst_id, (a.begindatum, a.overeenkomst_id)) FILTER (
            WHERE a.begindatum <= v.event_on AND (a.einddatum IS NULL OR a.einddatum >= v.event_on)
            AND a.known_from <= s.moment AND (a.known_until IS NULL OR a.known_until > s.moment)) AS overeenkomst_id
    FROM segments s JOIN v ON v.row_id = s.row_id AND v.known_from = s.row_from
    JOIN versions.huurovereenkomsten a ON a.corporatie_id = v.corporatie_id AND a.eenheid_id = {home}
    GROUP BY s.row_id, s.row_from, s.moment),
-- Neighbouring segments with the same answer become one interval.
merged AS (
    SELECT *, lead(moment) OVER (PARTITION BY row_id, row_from ORDER BY moment) AS until FROM answers
    QUALIFY overeenkomst_id IS DISTINCT FROM lag(overeenkomst_id) OVER (PARTITION BY row_id, row_from ORDER BY moment)
        OR row_number() OVER (PARTITION BY row_id, row_from ORDER BY moment) = 1),
intervals AS (
    SELECT row_id, row_from, overeenkomst_id, moment AS known_from,
        lead(moment) OVER (PARTITION BY row_id, row_from ORDER BY moment) AS next FROM merged),
named AS (
    SELECT row_id, known_from AS row_from, of_agreement AS overeenkomst_id, named_from AS known_from, known_until
    FROM v WHERE registered IS NOT NULL
    UNION ALL
    SELECT i.row_id, i.row_from, i.overeenkomst_id, i.known_from, coalesce(i.next, v.home_until)
    FROM intervals i JOIN v ON v.row_id = i.row_id AND v.known_from = i.row_from WHERE i.overeenkomst_id IS NOT NULL
    {of_tenant}
    UNION ALL
    SELECT v.row_id, v.known_from, s.overeenkomst_id, greatest(v.known_from, s.known_from), v.known_until
    FROM v JOIN run.assigned s ON s.extract = {extract_name} AND s.row_id = v.row_id AND s.row_from = v.known_from),
-- Whatever belongs to an agreement also belongs to the agreement that continues it.
r AS (
    FROM named
    UNION ALL
    SELECT n.row_id, n.row_from, l.successor, greatest(n.known_from, l.known_from), n.known_until
    FROM named n JOIN v ON v.row_id = n.row_id AND v.known_from = n.row_from
    JOIN versions.renewals l ON l.corporatie_id = v.corporatie_id AND l.predecessor = n.overeenkomst_id
    WHERE (n.row_id, n.row_from, l.successor) NOT IN (SELECT (row_id, row_from, overeenkomst_id) FROM named))
SELECT v.row_id, v.place, {columns}, v.event_on, r.known_from,
    CASE WHEN r.known_until < DATE '9999-12-31' THEN r.known_until END
FROM r JOIN v ON v.row_id = r.row_id AND v.known_from = r.row_from
WHERE r.known_until IS NULL OR r.known_until > r.known_from
