"""Find the agreements near an address at which the register has no home or several, for an analyst to choose from."""

from __future__ import annotations

import duckdb

from features.known import current_sql
from pipelines.installation.sql import Sql, fill, literal, read_sql
from pipelines.warehouse.unresolved import CANDIDATES


def near_homes_sql(extract: str, wanted: Sql) -> Sql:
    """Return a query for the agreements whose home is near the address of each row, nearest first; the vault is attached.

    Parameters
    ----------
    extract : str
        The extract of the rows.
    wanted : Sql
        A query for the rows: corporatie_id, record (their own id), postcode, number, and the day that they are about.

    Returns
    -------
    Sql
        A query with the columns of `run.near_homes`.
    """
    return fill(
        read_sql(__package__, "near_homes"),
        extract=literal(extract),
        wanted=wanted,
        current=Sql(current_sql("v")),
        most=CANDIDATES,
    )


def keep_near_homes(con: duckdb.DuckDBPyConnection, query: str) -> None:
    """Keep the agreements near the addresses of rows without a home, in place of those that were kept for these rows.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The warehouse, inside a transaction.
    query : str
        The agreements, with the columns of `run.near_homes` (`near_homes_sql`).
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE near AS {query}")
    con.execute(
        "DELETE FROM run.near_homes WHERE (extract, corporatie_id, record) IN (SELECT (extract, corporatie_id, record) FROM near)"
    )
    con.execute("INSERT INTO run.near_homes FROM near")
