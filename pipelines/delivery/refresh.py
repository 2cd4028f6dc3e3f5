"""Bring versions and staged tables up to date after rows of an extract were added or withdrawn."""

from __future__ import annotations

import duckdb

from features.known import current_sql
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.sql import Sql, fill, literal
from pipelines.warehouse import staged, unresolved, versions


def refresh_delivered(con: duckdb.DuckDBPyConnection, contract: Contract, *, in_order: bool) -> None:
    """Refresh the keys whose rows a delivery showed.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse with the rows of the delivery in the temporary table `sighted`.
    contract : Contract
        The extract.
    in_order : bool
        Whether no delivery of the same or a later peildatum was loaded before. If so, a row that was already known
        changes nothing; otherwise every key of the extract is refreshed.
    """
    if in_order:
        query = fill(
            """CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM sighted s
            WHERE NOT EXISTS (FROM versions.{extract} v WHERE v.row_id = s.row_id AND {current})""",
            extract=contract.extract,
            current=Sql(current_sql("v")),
        )
    else:
        query = fill(
            "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM raw.{extract}",
            extract=contract.extract,
        )
    con.execute(query)
    refresh_touched(con, contract)


def refresh_touched(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Rebuild the versions of the keys in the temporary table `touched(key_hash)`, and match their rows to agreements."""
    _rebuild_touched(con, contract)
    unresolved.rebuild_assigned(con)
    if contract.answers:
        for other in contracts().values():
            if other.rights and other.is_resolved:
                query = "row_id IN (SELECT row_id FROM run.unreached WHERE extract = {extract} AND row_id IS NOT NULL)"
                staged.resolve(con, other, fill(query, extract=literal(other.extract)))


def _rebuild_touched(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    name = contract.extract
    touched = fill("FROM versions.{extract} WHERE key_hash IN (SELECT key_hash FROM touched)", extract=name)
    if name == REGISTER:
        select = fill(
            "SELECT DISTINCT corporatie_id, overeenkomst_id, huurder_id, eenheid_id {touched}",
            touched=touched,
        )
        con.execute(fill("CREATE OR REPLACE TEMP TABLE register_changes AS {select}", select=select))
        versions.rebuild(con, contract)
        con.execute(fill("INSERT INTO register_changes {select}", select=select))
        versions.rebuild_renewals(con)
        # Rows that name a further tenant, or an agreement that another one continues, belong to more than one agreement.
        con.execute(
            "INSERT INTO register_changes SELECT DISTINCT corporatie_id, overeenkomst_id, huurder_id, NULL FROM run.co_tenants "
            "UNION ALL SELECT corporatie_id, predecessor, NULL, NULL FROM versions.renewals"
        )
        for other in contracts().values():
            if other.is_resolved:
                _resolve_changed(con, other)
    elif contract.is_resolved:
        con.execute(fill("CREATE OR REPLACE TEMP TABLE changed AS SELECT row_id {touched}", touched=touched))
        versions.rebuild(con, contract)
        con.execute(fill("INSERT INTO changed SELECT row_id {touched}", touched=touched))
        if _some(con, "changed"):
            staged.resolve(con, contract, Sql("row_id IN (SELECT row_id FROM changed)"))
    else:
        versions.rebuild(con, contract)


def _resolve_changed(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Match rows again if their agreement, home or tenant changed in the register."""
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE places AS SELECT DISTINCT v.corporatie_id, {place} AS place "
            "FROM versions.{extract} v WHERE {concerned}",
            place=staged.place(contract, "v"),
            extract=contract.extract,
            concerned=staged.in_register(contract, Sql("register_changes")),
        )
    )
    if _some(con, "places"):
        inside = Sql("(corporatie_id, place) IN (SELECT corporatie_id, place FROM places)")
        staged.resolve(con, contract, inside)


def _some(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Return whether a temporary table has rows: matching none takes as long as matching a few."""
    return bool(con.execute(fill("SELECT count(*) > 0 FROM temp.{table}", table=table)).fetchall()[0][0])
