-- The last version of each list.
SELECT as_of AS list_date, model, minimum_points, exploration AS exploration_places, trial,
    count(*) AS agreements, count(place) AS listed
FROM run.lists JOIN run.decided USING (as_of, version)
ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)
GROUP BY ALL ORDER BY list_date
