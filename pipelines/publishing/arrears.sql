-- The agreements on the newest list known on the date, with the last contact in person since the arrears began.
WITH known AS (
    SELECT corporatie_id, max(peildatum) AS peildatum FROM staged.peildata p
    WHERE {list_known} GROUP BY 1)
SELECT a.corporatie_id, a.overeenkomst_id, a.saldo, a.oudste_vervaldatum, a.incassofase, a.regeling_status_code, r.exclusion, r.wijk,
    max(c.datum) AS contact_on
FROM staged.huurachterstanden a JOIN known USING (corporatie_id, peildatum)
JOIN reach r ON r.corporatie_id = a.corporatie_id AND r.overeenkomst_id = a.overeenkomst_id
LEFT JOIN staged.contacten c ON c.corporatie_id = a.corporatie_id AND c.overeenkomst_id = a.overeenkomst_id
    AND {contact_known}
    AND c.datum >= a.oudste_vervaldatum AND c.datum < $as_of AND list_contains($kinds, c.soort)
WHERE {arrears_known} AND a.saldo > 0
GROUP BY ALL ORDER BY a.corporatie_id, a.overeenkomst_id
