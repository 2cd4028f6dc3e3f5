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
-- Rows that could not be loaded of the extracts that are judged row by row: the ids that they name, nothing else.
CREATE TABLE IF NOT EXISTS run.set_apart (
    delivery_id INTEGER NOT NULL, extract VARCHAR NOT NULL, line INTEGER NOT NULL, reasons VARCHAR[] NOT NULL,
    corporatie_id VARCHAR, record VARCHAR, agreement VARCHAR, home VARCHAR, tenant VARCHAR);
-- Agreements near the address of a row whose address has no home in the register; the address itself is not kept.
-- place: 1 for the nearest.
CREATE TABLE IF NOT EXISTS run.near_homes (
    extract VARCHAR NOT NULL, corporatie_id VARCHAR NOT NULL, record VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL,
    place INTEGER NOT NULL);
-- Secret hashes of name with telephone or e-mail, by which an objection follows a person to another corporation.
CREATE TABLE IF NOT EXISTS run.persons (corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL, person VARCHAR NOT NULL);
-- Further tenants of an agreement, which the register's row does not name.
CREATE TABLE IF NOT EXISTS run.co_tenants (
    delivery_id INTEGER NOT NULL, corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL, huurder_id VARCHAR NOT NULL);
-- Objections (and answers about them) that were kept when their tenant was erased: on purpose, they match nobody any more.
CREATE TABLE IF NOT EXISTS run.kept_objections (key_hash UHUGEINT NOT NULL);
-- Agreements that an analyst chose for rows that match nobody; assigned.sql fills it.
CREATE TABLE IF NOT EXISTS run.assigned (
    extract VARCHAR NOT NULL, meaning VARCHAR NOT NULL, corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL, row_id BIGINT, row_from DATE NOT NULL, known_from DATE NOT NULL, known_until DATE NOT NULL);
-- Deliveries that a person accepted against their gate: who, when (UTC) and why, and the figures that stopped them.
CREATE TABLE IF NOT EXISTS run.accepted (
    sha256 VARCHAR NOT NULL, file_name VARCHAR NOT NULL, accepted_at TIMESTAMP NOT NULL, accepted_by VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, figures VARCHAR[] NOT NULL);
CREATE TABLE IF NOT EXISTS run.snapshots (delivery_id INTEGER NOT NULL, corporatie_id VARCHAR NOT NULL, peildatum DATE NOT NULL);
CREATE TABLE IF NOT EXISTS run.expectations (
    sha256 VARCHAR NOT NULL, extract VARCHAR NOT NULL, peildatum DATE NOT NULL, figure VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL, value DOUBLE, least DOUBLE, most DOUBLE, severity VARCHAR NOT NULL,
    meaning VARCHAR NOT NULL, success BOOLEAN);

-- What ran, when, for how long and with which outcome, gathered from the log files (pipelines/installation/logs.py). No persons.
CREATE TABLE IF NOT EXISTS run.runs (
    run_id VARCHAR NOT NULL, verb VARCHAR NOT NULL, started_at TIMESTAMP NOT NULL, seconds DOUBLE, outcome VARCHAR,
    said VARCHAR, counts VARCHAR, process INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS run.stages (
    run_id VARCHAR NOT NULL, stage VARCHAR NOT NULL, ended_at TIMESTAMP NOT NULL, seconds DOUBLE NOT NULL,
    outcome VARCHAR NOT NULL);

-- Agreements that continue an earlier one of the same tenant in the same home; renewals.sql fills it.
CREATE TABLE IF NOT EXISTS versions.renewals (
    corporatie_id VARCHAR NOT NULL, predecessor VARCHAR NOT NULL, successor VARCHAR NOT NULL, known_from DATE NOT NULL);

-- Which positions of a snapshot extract were delivered, and from when each was known.
CREATE TABLE IF NOT EXISTS versions.peildata (
    corporatie_id VARCHAR NOT NULL, peildatum DATE NOT NULL, known_from DATE NOT NULL, known_until DATE);
