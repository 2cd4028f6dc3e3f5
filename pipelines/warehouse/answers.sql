-- The answers that count now, one for each row: an analyst chose an agreement, or (NULL) that the row is about none of our tenants.
-- An answer that names an agreement which the register does not know resolves nothing, unless its tenant was erased.
SELECT corporatie_id, rij AS row_key, overeenkomst_id, known_from FROM versions.{extract} v
WHERE {current} AND (overeenkomst_id IS NULL OR key_hash IN (SELECT key_hash FROM run.kept_objections)
    OR (corporatie_id, overeenkomst_id) IN (SELECT (corporatie_id, overeenkomst_id) FROM versions.huurovereenkomsten))
