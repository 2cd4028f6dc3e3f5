-- The decision about every agreement in scope of one list, from the temporary tables scored and log.
-- Parameters: version and as_of of the list.
-- Every agreement that is not excluded has a rank. Equal ones share it, because lots are drawn only among the agreements
-- that could be listed. The order of the rows compresses well.
INSERT INTO run.decisions
SELECT s.as_of, $version, s.corporatie_id, s.overeenkomst_id, s.score,
    CASE WHEN s.exclusion IS NULL THEN rank() OVER (
        PARTITION BY s.as_of, s.exclusion IS NULL
        ORDER BY s.score DESC, s.score_exact DESC) END,
    coalesce(l.outcome, s.exclusion, 'below_minimum'), nullif(l.coach, ''), nullif(l.place, 0), nullif(l.arm, ''),
    coalesce(l.propensity, 0)
FROM scored s LEFT JOIN log l USING (corporatie_id, overeenkomst_id)
WHERE s.as_of = $as_of ORDER BY s.corporatie_id, s.overeenkomst_id
