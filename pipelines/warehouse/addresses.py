"""Find the agreements at an address that a person typed, or near one at which the register has no home or several."""

from __future__ import annotations

from datetime import date

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


def agreements_at(con: duckdb.DuckDBPyConnection, address: str, day: date) -> list[str]:
    """Return the agreements that run on a day at an address, or those that ever did if none runs; the vault is attached.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The warehouse.
    address : str
        Postcode and number, or street and number with or without the rest, in any notation.
    day : date
        The day.
    """
    query = fill(read_sql(__package__, "agreements_at"), current=Sql(current_sql("v")))
    rows = con.execute(query, [address]).fetchall()
    running = [name for name, begin, end in rows if begin and begin <= day and (end is None or end >= day)]
    return running or [name for name, *_ in rows]
