-- The tables of the warehouse that every extract shares. schema.py adds those of each extract.
CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS versions;
CREATE SCHEMA IF NOT EXISTS staged;
CREATE SCHEMA IF NOT EXISTS run;
CREATE TABLE IF NOT EXISTS main.schema_version (version INTEGER NOT NULL);

-- One row per delivery that counts. rows_read = rows_new + rows_same + rows_duplicate + rows_quarantined, always.
CREATE TABLE IF NOT EXISTS run.deliveries (
    delivery_id INTEGER PRIMARY KEY, source VARCHAR NOT NULL, extract VARCHAR NOT NULL, peildatum DATE NOT NULL,
    version INTEGER NOT NULL, file_name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL,
    mapping VARCHAR NOT NULL, encoding VARCHAR NOT NULL, delimiter VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL, rows_new BIGINT NOT NULL, rows_same BIGINT NOT NULL, rows_duplicate BIGINT NOT NULL,
    rows_quarantined BIGINT NOT NULL,
    UNIQUE (source, extract, peildatum, version));
CREATE TABLE IF NOT EXISTS run.delivery_counts (
    delivery_id INTEGER NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL, value VARCHAR NOT NULL, rows BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS run.snapshots (delivery_id INTEGER NOT NULL, corporatie_id VARCHAR NOT NULL, peildatum DATE NOT NULL);
CREATE TABLE IF NOT EXISTS run.expectations (
    sha256 VARCHAR NOT NULL, extract VARCHAR NOT NULL, peildatum DATE NOT NULL, figure VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL, value DOUBLE, least DOUBLE, most DOUBLE, severity VARCHAR NOT NULL,
    meaning VARCHAR NOT NULL, success BOOLEAN);

-- What ran, when, how long and with what end: gathered from the log files (pipelines/installation/logs.py). No person in it.
CREATE TABLE IF NOT EXISTS run.runs (
    run_id VARCHAR NOT NULL, verb VARCHAR NOT NULL, started_at TIMESTAMP NOT NULL, seconds DOUBLE, outcome VARCHAR,
    said VARCHAR, counts VARCHAR, process INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS run.stages (
    run_id VARCHAR NOT NULL, stage VARCHAR NOT NULL, ended_at TIMESTAMP NOT NULL, seconds DOUBLE NOT NULL,
    outcome VARCHAR NOT NULL);

-- Which positions of a snapshot extract were delivered, and from when each was known.
CREATE TABLE IF NOT EXISTS versions.peildata (
    corporatie_id VARCHAR NOT NULL, peildatum DATE NOT NULL, known_from DATE NOT NULL, known_until DATE);
