"""The tables of the stores; columns of the extracts come from the contracts."""

from __future__ import annotations

import duckdb

from pipelines.contracts import Contract, contracts

# Derived in staging from identity columns, without being one: which agreements share a postal address.
ADDRESS_KEY = {"huurovereenkomsten": ("adres_key",)}
GENERAL = """
CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS versions;
CREATE SCHEMA IF NOT EXISTS staged;
CREATE SCHEMA IF NOT EXISTS run;

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

-- What each weekly run decided, for every agreement scored, with the chance it had of being chosen.
CREATE TABLE IF NOT EXISTS run.decisions (
    as_of DATE NOT NULL, corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL, score INTEGER NOT NULL,
    coach VARCHAR, outcome VARCHAR NOT NULL, propensity DOUBLE NOT NULL, model VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS run.draws (
    as_of DATE NOT NULL, coach VARCHAR NOT NULL, kind VARCHAR NOT NULL, seed VARCHAR NOT NULL, pool INTEGER NOT NULL,
    drawn VARCHAR NOT NULL, probability DOUBLE NOT NULL);
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
    for contract in contracts().values():
        columns = ", ".join(f"{name} {kind}" for name, kind in content_columns(contract).items())
        name = contract.extract
        # raw: each distinct row once, with the delivery that first brought it; sightings: which delivery showed it.
        con.execute(
            f"CREATE TABLE IF NOT EXISTS raw.{name} "
            "(row_id BIGINT NOT NULL, row_hash UHUGEINT NOT NULL, key_hash UHUGEINT NOT NULL, "
            f"delivery_id INTEGER NOT NULL, line INTEGER NOT NULL, {columns})"
        )
        con.execute(
            f"CREATE TABLE IF NOT EXISTS raw.{name}_sightings "
            "(delivery_id INTEGER NOT NULL, row_id BIGINT NOT NULL)"
        )
        con.execute(
            f"CREATE TABLE IF NOT EXISTS versions.{name} "
            f"(row_id BIGINT NOT NULL, key_hash UHUGEINT NOT NULL, {columns}, known_from DATE NOT NULL, known_until DATE)"
        )
    con.execute(f"CREATE TABLE IF NOT EXISTS versions.peildata ({PEILDATA})")
    con.execute("COMMIT")


VAULT = """
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
