-- The score of each agreement that has one, for one list.
SELECT as_of AS list_date, pseudonym(corporatie_id, overeenkomst_id) AS agreement_key, score, rank
FROM run.decided ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
WHERE as_of = {list_date} AND score IS NOT NULL ORDER BY agreement_key
