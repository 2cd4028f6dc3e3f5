"""Find the further tenants of an agreement in a register that has a row for each tenant."""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import REGISTER, Contract
from pipelines.installation.sql import fill, read_sql
from pipelines.warehouse import schema


def find(con: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Let the first row of an agreement with several tenants count, and list the other tenants in the table `co_tenants`.

    Returns the number of rows that only name a further tenant; only the register has them.
    """
    if contract.extract == REGISTER:
        own = [name for name in schema.content_columns(contract) if name != "huurder_id"]
        con.execute(fill(read_sql(__package__, "co_tenants"), agreement=schema.hash_sql(own)))
        return int(con.execute("SELECT count(*) FROM co_tenants").fetchall()[0][0])
    return 0
