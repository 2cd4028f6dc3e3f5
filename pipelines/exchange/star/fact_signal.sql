-- The signals of each agreement in scope, for one list.
SELECT as_of AS list_date, pseudonym(corporatie_id, overeenkomst_id) AS agreement_key, {signals}
FROM scored SEMI JOIN run.decided USING (as_of, corporatie_id, overeenkomst_id)
WHERE as_of = {list_date} AND exclusion IS NULL ORDER BY agreement_key
