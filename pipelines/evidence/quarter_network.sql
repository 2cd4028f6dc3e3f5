-- Households that were handed over, known elsewhere already, and back in contact after the pilot light.
-- Parameters: since, known (results that name another organisation).
SELECT count(DISTINCT (corporatie_id, overeenkomst_id)) FILTER ({handed_over}),
    count(DISTINCT (corporatie_id, overeenkomst_id)) FILTER (list_contains($known, resultaat)),
    count(DISTINCT (corporatie_id, overeenkomst_id)) FILTER (before = 'waakvlam' AND stand IN ('benaderd', 'in_contact'))
FROM met WHERE datum >= $since
