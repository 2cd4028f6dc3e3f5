-- All rows of the coaches up to a day, because administrative ones change the stand as well; only a contact counts as an
-- attempt. Rows of persons with an objection are not counted. Parameter: until (first day that does not count).
CREATE OR REPLACE TEMP TABLE met AS
SELECT c.corporatie_id, c.overeenkomst_id, c.datum, c.bereikt, coalesce(c.resultaat, '') AS resultaat, c.stand,
    {is_contact} AS is_contact,
    lag(c.stand) OVER (PARTITION BY c.corporatie_id, c.overeenkomst_id ORDER BY c.datum, c.contact_id) AS before
FROM staged.contacten c ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
WHERE {current} AND c.datum < $until
