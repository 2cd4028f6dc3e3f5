-- What each weekly list was made from, and what was decided about every agreement.

-- What each list was made from. A rerun that decides on other grounds adds a version; the last one holds (run.decided).
CREATE TABLE IF NOT EXISTS run.lists (
    as_of DATE NOT NULL, version INTEGER NOT NULL, model VARCHAR NOT NULL, model_sha256 VARCHAR NOT NULL,
    data_sha256 VARCHAR NOT NULL, settings_sha256 VARCHAR NOT NULL, seed BIGINT NOT NULL, exploration INTEGER NOT NULL,
    minimum_points INTEGER NOT NULL, trial VARCHAR, trial_share DOUBLE, PRIMARY KEY (as_of, version));
CREATE TABLE IF NOT EXISTS run.list_coaches (
    as_of DATE NOT NULL, version INTEGER NOT NULL, coach VARCHAR NOT NULL, capacity INTEGER NOT NULL,
    ranked INTEGER NOT NULL, could INTEGER NOT NULL, listed INTEGER NOT NULL);
-- Every agreement known that week: why it could not be listed, or its score, rank, place, lot and chance.
CREATE TABLE IF NOT EXISTS run.decisions (
    as_of DATE NOT NULL, version INTEGER NOT NULL, corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL,
    score INTEGER, rank INTEGER, outcome VARCHAR NOT NULL, coach VARCHAR, place INTEGER, arm VARCHAR,
    propensity DOUBLE NOT NULL);
CREATE TABLE IF NOT EXISTS run.draws (
    as_of DATE NOT NULL, version INTEGER NOT NULL, coach VARCHAR NOT NULL, kind VARCHAR NOT NULL, seed VARCHAR NOT NULL,
    pool INTEGER NOT NULL, drawn VARCHAR NOT NULL, probability DOUBLE NOT NULL);
CREATE VIEW IF NOT EXISTS run.decided AS
    SELECT d.* FROM run.decisions d
    JOIN (SELECT as_of, max(version) AS version FROM run.lists GROUP BY as_of) USING (as_of, version);

-- The chain of seals of each corporation (pipelines/proof): a copy of every line of its file.
CREATE TABLE IF NOT EXISTS run.seals (
    corporatie_id VARCHAR NOT NULL, number INTEGER NOT NULL, line VARCHAR NOT NULL, PRIMARY KEY (corporatie_id, number));
-- The hash of every sealed place. It stays when its opening is removed, so that the rest of the list can still be proven.
CREATE TABLE IF NOT EXISTS run.seal_places (
    corporatie_id VARCHAR NOT NULL, number INTEGER NOT NULL, list VARCHAR NOT NULL, place INTEGER NOT NULL,
    commitment VARCHAR NOT NULL);
-- What opens each hash: the agreement and a secret number.
CREATE TABLE IF NOT EXISTS run.seal_openings (
    corporatie_id VARCHAR NOT NULL, as_of DATE NOT NULL, number INTEGER NOT NULL, list VARCHAR NOT NULL,
    place INTEGER NOT NULL, overeenkomst_id VARCHAR NOT NULL, nonce VARCHAR NOT NULL);
-- What else a line seals: digests of deliveries and settings, and the length of each list.
CREATE TABLE IF NOT EXISTS run.seal_inputs (
    corporatie_id VARCHAR NOT NULL, number INTEGER NOT NULL, name VARCHAR NOT NULL, value VARCHAR NOT NULL,
    nonce VARCHAR NOT NULL);
