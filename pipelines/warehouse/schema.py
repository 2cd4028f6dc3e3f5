"""Create the tables of both stores; the columns of the extracts come from the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from pipelines.installation import audit_contract
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.sql import Sql, fill, identifier, join, read_sql

ADDRESS_KEY = {REGISTER: ("adres_key",)}
"""Columns derived from identity columns that identify nobody: equal keys mean a shared postal address."""


def content_columns(contract: Contract) -> dict[str, str]:
    """Return the warehouse columns of an extract with their SQL types, in order, without those that identify a person."""
    columns = {name: contract.columns[name].sql_type for name in contract.content}
    return columns | dict.fromkeys(ADDRESS_KEY.get(contract.extract, ()), "VARCHAR")


def key_expressions(contract: Contract) -> list[Sql]:
    """Return the key of an extract as SQL expressions; "a | b" in the contract takes the first that is not NULL."""
    return [
        identifier(names[0]) if len(names) == 1 else fill("coalesce({names})", names=list(names))
        for names in contract.key_columns
    ]


def hash_sql(names: Iterable[str]) -> Sql:
    """Return the 128-bit hash of columns or expressions; NULL differs from every text."""
    parts = [fill("coalesce(CAST({name} AS VARCHAR), chr(30))", name=name) for name in names]
    return fill("md5_number(concat_ws(chr(31), {parts}))", parts=parts)


def typed(columns: Mapping[str, str]) -> Sql:
    """Return the definitions of columns, for a CREATE TABLE."""
    return join(fill("{name} {kind}", name=name, kind=Sql(kind)) for name, kind in columns.items())


def tables() -> list[Sql]:
    """Return the statements that create the tables of the warehouse that do not exist yet."""
    extracts = [
        fill(
            read_sql(__package__, "extract"),
            extract=contract.extract,
            sightings=f"{contract.extract}_sightings",
            columns=typed(content_columns(contract)),
        )
        for contract in contracts().values()
    ]
    return [Sql(read_sql(__package__, "warehouse")), Sql(read_sql(__package__, "lists")), *extracts]


def lacks_an_extract(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the attached warehouse was made before one of the contracts existed."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' AND schema_name = 'raw'"
    tables = {name for (name,) in con.execute(query).fetchall()}
    return not tables.issuperset(contracts())


def create_lists(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the weekly lists in the current database."""
    con.execute(read_sql(__package__, "lists"))


def create_vault(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the vault that do not exist yet."""
    identity = dict.fromkeys(contracts()[REGISTER].identity, "VARCHAR")
    groups = dict.fromkeys(audit_contract.contract().columns, "VARCHAR")
    con.execute(fill(read_sql(__package__, "vault"), identity=typed(identity), groups=typed(groups)))
    # A vault from before a column existed gains it, empty until the next delivery of the register.
    for name in identity:
        con.execute(
            fill("ALTER TABLE vault.main.tenancies ADD COLUMN IF NOT EXISTS {name} VARCHAR", name=name)
        )
