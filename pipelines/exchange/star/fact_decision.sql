-- What was decided about each agreement for one list.
SELECT as_of AS list_date, pseudonym(corporatie_id, overeenkomst_id) AS agreement_key, outcome, coach, place, arm,
    propensity AS chance
FROM run.decided ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
WHERE as_of = {list_date} ORDER BY agreement_key
