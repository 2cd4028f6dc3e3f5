-- One row per agreement with a running home on a list of the period, with the steps that it reached.
-- Parameters: since, until (first day after the period), known (end of the data), days (time for a visit), keep (days of
-- a kept home). Persons with a standing objection, and their households, are left out of everything.
WITH weeks AS (
    SELECT d.corporatie_id, d.overeenkomst_id, d.as_of, d.outcome, d.score, d.coach, l.minimum_points,
        d.outcome IN ({exclusions}) AS excluded, d.outcome IN ('top', 'exploration') AS listed
    FROM run.decided d JOIN run.lists l USING (as_of, version)
    WHERE d.as_of >= $since AND d.as_of < $until AND d.outcome NOT IN ({no_home})
        AND (d.corporatie_id, d.overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.objectors)),
far AS (
    SELECT corporatie_id, overeenkomst_id, avg(excluded::INTEGER) < 0.5 AS in_scope,
        mode(outcome) FILTER (excluded) AS excluded_by, max(score) FILTER (NOT excluded) AS points,
        coalesce(bool_or(score >= minimum_points) FILTER (NOT excluded), false) AS ranked,
        min(as_of) FILTER (listed) AS listed_on,
        mode(outcome) FILTER (NOT excluded AND NOT listed AND outcome <> 'below_minimum') AS not_listed_because,
        coalesce(min(coach) FILTER (listed), mode(coach)) AS coach
    FROM weeks GROUP BY ALL),
met AS (
    SELECT f.corporatie_id, f.overeenkomst_id, coalesce(bool_or(c.bereikt), false) AS reached,
        bool_or(c.stand IN ('in_contact', 'waakvlam') OR {helped}) AS helped
    FROM far f JOIN staged.contacten c ON c.corporatie_id = f.corporatie_id AND c.overeenkomst_id = f.overeenkomst_id
        AND c.datum >= f.listed_on AND c.datum < f.listed_on + CAST($days AS INTEGER) AND {current} AND {is_contact}
    GROUP BY ALL),
homes AS (
    SELECT corporatie_id, overeenkomst_id, arg_max(wijk, known_from) AS wijk, arg_max(begindatum, known_from) AS begindatum,
        arg_max(brutohuur, known_from) AS brutohuur, arg_max(einddatum, known_from) AS ends_on,
        arg_max(coalesce(eindedetailreden_code, ''), known_from) AS why
    FROM staged.huurovereenkomsten GROUP BY ALL),
owed AS (
    SELECT corporatie_id, overeenkomst_id, max(saldo) AS saldo FROM staged.huurachterstanden a
    WHERE peildatum >= $since AND peildatum < $until AND {arrears_current} GROUP BY ALL),
complained AS (
    SELECT corporatie_id, overeenkomst_id, count(*) AS complaints FROM staged.overlastmeldingen o
    WHERE gebeurd_op >= CAST($since AS DATE) - 365 AND gebeurd_op < $until AND {complaints_current} GROUP BY ALL)
SELECT f.corporatie_id, f.overeenkomst_id, f.in_scope, f.excluded_by, f.points, f.ranked, f.listed_on, f.not_listed_because,
    f.coach, f.listed_on + CAST($days AS INTEGER) <= $known AS followed, m.reached IS NOT NULL AS visited,
    coalesce(m.reached, false) AS reached, coalesce(m.helped, false) AS helped,
    f.listed_on + CAST($keep AS INTEGER) <= $known AS kept_known,
    NOT coalesce(h.why IN ('ONT', 'NOO') AND h.ends_on BETWEEN f.listed_on AND f.listed_on + CAST($keep AS INTEGER), false)
        AS kept,
    h.wijk, h.begindatum, greatest(o.saldo, 0) / nullif(h.brutohuur, 0) AS months, coalesce(k.complaints, 0) AS complaints
FROM far f LEFT JOIN met m USING (corporatie_id, overeenkomst_id) LEFT JOIN homes h USING (corporatie_id, overeenkomst_id)
LEFT JOIN owed o USING (corporatie_id, overeenkomst_id) LEFT JOIN complained k USING (corporatie_id, overeenkomst_id)
ORDER BY f.corporatie_id, f.overeenkomst_id
