"""The tables of the stores; columns of the extracts come from the contracts."""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import Contract, contracts

# Derived in staging from identity columns, without being one: which agreements share a postal address.
ADDRESS_KEY = {"huurovereenkomsten": ("adres_key",)}
GENERAL = """
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
"""
LISTS = """
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
"""
PEILDATA = (
    "corporatie_id VARCHAR NOT NULL, peildatum DATE NOT NULL, known_from DATE NOT NULL, known_until DATE"
)


def content_columns(contract: Contract) -> dict[str, str]:
    """List the warehouse columns of an extract with their types, in order, without what identifies a person."""
    columns = {name: contract.columns[name].sql_type for name in contract.content}
    return columns | dict.fromkeys(ADDRESS_KEY.get(contract.extract, ()), "VARCHAR")


def key_expressions(contract: Contract, alias: str = "") -> list[str]:
    """Give the key as SQL expressions; "a | b" takes the first that is filled."""
    prefix = f"{alias}." if alias else ""
    parts = [[prefix + name.strip() for name in key.split("|")] for key in contract.key]
    return [names[0] if len(names) == 1 else f"coalesce({', '.join(names)})" for names in parts]


def create_warehouse(con: duckdb.DuckDBPyConnection) -> None:
    """Create what does not exist yet, in one transaction."""
    con.execute("BEGIN")
    con.execute(GENERAL)
    con.execute(LISTS)
    for contract in contracts().values():
        columns = ", ".join(f"{name} {kind}" for name, kind in content_columns(contract).items())
        name = contract.extract
        # raw: each distinct row once, with the delivery that first brought it; sightings: which delivery showed it where.
        con.execute(
            f"CREATE TABLE IF NOT EXISTS raw.{name} "
            "(row_id BIGINT NOT NULL, row_hash UHUGEINT NOT NULL, key_hash UHUGEINT NOT NULL, "
            f"delivery_id INTEGER NOT NULL, {columns})"
        )
        con.execute(
            f"CREATE TABLE IF NOT EXISTS raw.{name}_sightings "
            "(delivery_id INTEGER NOT NULL, row_id BIGINT NOT NULL, line INTEGER)"
        )
        con.execute(
            f"CREATE TABLE IF NOT EXISTS versions.{name} "
            f"(row_id BIGINT NOT NULL, key_hash UHUGEINT NOT NULL, {columns}, known_from DATE NOT NULL, known_until DATE)"
        )
    con.execute(f"CREATE TABLE IF NOT EXISTS versions.peildata ({PEILDATA})")
    con.execute("COMMIT")


VAULT = """
CREATE TABLE IF NOT EXISTS vault.main.schema_version (version INTEGER NOT NULL);
-- The secret of the pseudonyms: it outlives the keys, or after a change of key every pseudonym would be another.
CREATE TABLE IF NOT EXISTS vault.main.secrets (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS vault.main.tenancies (
    corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL, peildatum DATE NOT NULL, version INTEGER NOT NULL,
    {identity}, PRIMARY KEY (corporatie_id, overeenkomst_id));
CREATE TABLE IF NOT EXISTS vault.main.quarantine (
    sha256 VARCHAR NOT NULL, extract VARCHAR NOT NULL, file_name VARCHAR NOT NULL, line INTEGER NOT NULL,
    reasons VARCHAR[] NOT NULL, as_delivered VARCHAR NOT NULL);
"""


def create_vault(con: duckdb.DuckDBPyConnection) -> None:
    """Create the vault's tables where they do not exist."""
    identity = ", ".join(f"{name} VARCHAR" for name in contracts()["huurovereenkomsten"].identity)
    con.execute(VAULT.format(identity=identity))
