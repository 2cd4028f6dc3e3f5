-- The versions of the rows in the temporary table concerned_sightings(row_id, delivery_id). versions.py explains the dates.
-- deliveries: the deliveries that count. first, later: when a row of the first or of a later delivery became known.
-- moments: the days on which a row of the first delivery became known, step by step. content: the columns as known then.
WITH delivered AS ({deliveries}),
sighted AS (
    SELECT r.*, d.peildatum AS shown, d.version AS shown_version, d.is_first
    FROM concerned_sightings s JOIN raw.{extract} r USING (row_id) JOIN delivered d ON d.delivery_id = s.delivery_id),
changed AS (
    SELECT * FROM sighted
    QUALIFY row_id IS DISTINCT FROM lag(row_id) OVER (PARTITION BY key_hash ORDER BY shown, shown_version)),
dated AS (
    SELECT *, CASE WHEN is_first THEN {first} ELSE {later} END AS known_on FROM changed),
steps AS (
    SELECT *, unnest({moments}) AS known_from FROM dated),
ordered AS (
    SELECT *, lead(known_from) OVER (
        PARTITION BY key_hash ORDER BY known_from, shown, shown_version, row_id) AS known_until FROM steps)
SELECT row_id, key_hash, {content}, known_from, known_until FROM ordered
WHERE known_until IS NULL OR known_until > known_from
