-- Count the ids that are in no earlier register, but for their form: such an id has the form of one that is gone.
WITH known AS (SELECT DISTINCT corporatie_id, {column} AS id FROM versions.huurovereenkomsten),
given AS (SELECT DISTINCT corporatie_id, {column} AS id FROM typed WHERE verdict = 'new'),
gone AS (SELECT corporatie_id, {form} AS form FROM known ANTI JOIN given USING (corporatie_id, id)),
fresh AS (SELECT corporatie_id, {form} AS form FROM given ANTI JOIN known USING (corporatie_id, id))
SELECT (SELECT count(*) FROM fresh SEMI JOIN gone USING (corporatie_id, form)), count(*) FROM given
