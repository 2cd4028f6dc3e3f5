-- Agreements of the exported lists, as last shown by the register, without those of persons with an objection.
SELECT pseudonym(corporatie_id, overeenkomst_id) AS agreement_key, corporatie_id AS corporation_id,
    pseudonym(corporatie_id, eenheid_id) AS home_key, wijk AS district, eenheidsoort_code AS home_kind,
    begindatum AS begin_date, einddatum AS end_date, eindereden_code AS end_reason, brutohuur AS rent_euro
FROM versions.huurovereenkomsten
SEMI JOIN run.decided USING (corporatie_id, overeenkomst_id)
ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
QUALIFY row_number() OVER (PARTITION BY corporatie_id, overeenkomst_id ORDER BY known_from DESC, row_id DESC) = 1
ORDER BY agreement_key
