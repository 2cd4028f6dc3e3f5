"""Export or erase all data about one tenant (GDPR art. 15 and 17).

The tenant is identified by the corporation's id. The data are every agreement of that tenant, and every row that names
the tenant or belongs to one of these agreements. Rows about the home from before or after the tenancy belong to others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from features.known import current_sql
from pipelines.delivery.ingest import pepper
from pipelines.exchange import removal
from pipelines.exchange.removal import Home, Key
from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.sql import Sql, fill, join
from pipelines.installation.workspace import STORES, Workspace
from pipelines.warehouse.copies import rewrite
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse

_OWN = Sql("(corporatie_id, overeenkomst_id) IN (SELECT (corporatie_id, overeenkomst_id) FROM own)")
LIST_FILES = ("shortlist.csv", "shortlist.xlsx", "shortlist.html")


@dataclass
class Erased:
    """The number of erased rows per table, and the erased files."""

    rows: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def export(workspace: Workspace, huurder: str) -> dict[str, Any]:
    """Return all data about a tenant as plain values, by table.

    Raises
    ------
    ConfigurationError
        There are no data about this tenant.
    """
    with open_warehouse(workspace) as con:
        attach_vault(con, workspace)
        _find(con, huurder)
        held: dict[str, Any] = {"huurder_id": huurder}
        for name in contracts():
            query = fill(
                "SELECT * EXCLUDE (row_id, key_hash) FROM versions.{extract} WHERE {own} ORDER BY known_from",
                extract=name,
                own=_own_rows(name),
            )
            held[name] = _rows(con, query)
        for table in _tables_of_agreements(con):
            query = fill("SELECT * FROM {table} WHERE {own}", table=join(table, "."), own=_OWN)
            held[".".join(table)] = _rows(con, query)
        mentioned = fill(
            "SELECT * FROM vault.main.quarantine WHERE {mentions}", mentions=_mentions(con, huurder)
        )
        held["vault.main.quarantine"] = _rows(con, mentioned)
        held |= removal.held(workspace, *_theirs(con))
        held["lists"] = [folder.name for folder in _listed(con, workspace)]
        held["deliveries"] = [path.name for path in _delivered(con, workspace)]
    return {name: value for name, value in held.items() if value}


def erase(workspace: Workspace, huurder: str) -> Erased:
    """Erase all data about a tenant, and verify that they are gone.

    This also deletes the past lists and the loaded deliveries that mention the tenant. If the corporation delivers data
    about this person again, they are loaded again, so the corporation must stop delivering them or register an
    objection (`bezwaren`). Backups contain the person until their retention period ends.

    An active objection is kept, as the ids of objection and agreement: without it the next delivery would put the
    person back on a list.

    Raises
    ------
    ConfigurationError
        There are no data about this tenant.
    WaakvlamError
        The portal is down and nothing was erased, or data remain afterwards.
    """
    done = Erased()
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)
        attach_vault(con, workspace)
        agreements = _find(con, huurder)
        mentions = _mentions(con, huurder)
        files = [folder / name for folder in _listed(con, workspace) for name in LIST_FILES]
        files += _delivered(con, workspace)
        tables = _tables_of_agreements(con)
        _keep_objections(con)
        # First: if the portal is down, nothing is erased yet and a retry still finds the agreements.
        if number := removal.erase(workspace, *_theirs(con)):
            done.rows["portal"] = number
        con.execute("BEGIN")
        _delete(con, done, "vault.main.quarantine", mentions)
        for store, schema_name, table in tables:
            if store == "vault":
                _delete(con, done, f"vault.{schema_name}.{table}", _OWN)
        con.execute("COMMIT")
        con.execute("BEGIN")  # one transaction writes to one file only
        for store, schema_name, table in tables:
            if store == "warehouse":
                _delete(con, done, f"{schema_name}.{table}", _OWN)
        for agreement in agreements:
            con.execute(
                "UPDATE run.draws SET drawn = replace(drawn, ?, '\"erased\"') WHERE contains(drawn, ?)",
                [f'"{agreement}"', f'"{agreement}"'],
            )
        _erase_history(con, done, huurder)
        con.execute("COMMIT")
        for path in files:
            if path.exists():
                path.unlink()
                done.files.append(path)
        for store in STORES:
            rewrite(con, workspace, store)
        left = _tables_with(con, {huurder, *agreements})
    if left:
        raise WaakvlamError(
            f"Data remain after erasing, in {', '.join(left)}.",
            where=str(workspace.home),
            mend="Run the command again; if it fails again, see docs/operations.md.",
        )
    return done


def _find(con: duckdb.DuckDBPyConnection, huurder: str) -> list[str]:
    """Create the temporary tables `own` (agreements) and `own_<extract>` (rows); return the agreements' ids."""
    query = "CREATE OR REPLACE TEMP TABLE own AS SELECT DISTINCT corporatie_id, overeenkomst_id FROM raw.{register} WHERE huurder_id = ?"
    con.execute(fill(query, register=REGISTER), [huurder])
    agreements = con.execute("SELECT DISTINCT overeenkomst_id FROM own ORDER BY 1").fetchall()
    number = 0
    for name, contract in contracts().items():
        agreement = "overeenkomst_id" if name == REGISTER else contract.agreement
        query = "(corporatie_id, {agreement}) IN (SELECT (corporatie_id, overeenkomst_id) FROM own)"
        where = [fill(query, agreement=agreement)] if agreement else []
        if contract.is_resolved:
            # A row may have belonged to another tenant before the register was corrected; the current owner counts.
            query = "row_id IN (SELECT row_id FROM staged.{extract} s WHERE {own} AND {current})"
            where.append(fill(query, extract=name, own=_OWN, current=Sql(current_sql("s"))))
        values = [huurder] if contract.tenant or name == REGISTER else []
        if values:
            where.append(fill("{tenant} = ?", tenant=contract.tenant or "huurder_id"))
        query = fill(
            "CREATE OR REPLACE TEMP TABLE {own} AS SELECT row_id FROM raw.{extract} WHERE {where}",
            own=f"own_{name}",
            extract=name,
            where=join(where, " OR "),
        )
        con.execute(query, values)
        number += con.execute(fill("SELECT count(*) FROM {own}", own=f"own_{name}")).fetchall()[0][0]
    if not number:
        raise ConfigurationError(
            "There are no data about this tenant.", mend="Use the id from the corporation's register."
        )
    return [agreement for (agreement,) in agreements]


def _keep_objections(con: duckdb.DuckDBPyConnection) -> None:
    """Exclude active objections from the rows to erase; list them in the temporary table `kept`."""
    query = fill(
        "CREATE OR REPLACE TEMP TABLE kept AS SELECT row_id FROM own_bezwaren JOIN versions.bezwaren b USING (row_id) "
        "WHERE {current} AND ingetrokken_op IS NULL",
        current=Sql(current_sql("b")),
    )
    con.execute(query)
    con.execute("DELETE FROM own_bezwaren WHERE row_id IN (SELECT row_id FROM kept)")


def _theirs(con: duckdb.DuckDBPyConnection) -> tuple[list[Key], list[Home]]:
    """Return what the portal needs to find the tenant: the agreements, and the homes with the period of residence."""
    keys = con.execute("SELECT corporatie_id, overeenkomst_id FROM own ORDER BY ALL").fetchall()
    query = fill(
        """SELECT corporatie_id, coalesce(v.eenheid_id, ''), coalesce(t.postcode, ''),
                concat(t.huisnummer, t.huisletter, t.huisnummertoevoeging), min(v.begindatum), max(v.einddatum)
            FROM own JOIN versions.huurovereenkomsten v USING (corporatie_id, overeenkomst_id)
            LEFT JOIN vault.main.tenancies t USING (corporatie_id, overeenkomst_id)
            WHERE {current} AND v.begindatum IS NOT NULL GROUP BY ALL ORDER BY ALL""",
        current=Sql(current_sql("v")),
    )
    homes = con.execute(query).fetchall()
    return keys, [Home(*row) for row in homes]


def _erase_history(con: duckdb.DuckDBPyConnection, done: Erased, huurder: str) -> None:
    pseudonym = con.execute("SELECT left(sha256(? || ?), 32)", [pepper(con), huurder]).fetchall()[0][0]
    for name, contract in contracts().items():
        inside = _own_rows(name)
        if contract.is_resolved:
            _delete(con, done, f"staged.{name}", inside)
        for table in (f"versions.{name}", f"raw.{name}_sightings", f"raw.{name}"):
            _delete(con, done, table, inside)
        # Keep what this person reported about others, but remove the reporter.
        for column, rule in contract.columns.items():
            if rule.pseudonym:
                kept = [f"raw.{name}", f"versions.{name}"]
                if contract.is_resolved:
                    kept.append(f"staged.{name}")
                for table in kept:
                    query = "UPDATE {table} SET {column} = NULL WHERE {column} = ?"
                    con.execute(fill(query, table=join(table.split("."), "."), column=column), [pseudonym])


def _own_rows(extract: str) -> Sql:
    """Return the condition on the rows of an extract that are the tenant's."""
    return fill("row_id IN (SELECT row_id FROM {own})", own=f"own_{extract}")


def _delete(con: duckdb.DuckDBPyConnection, done: Erased, table: str, condition: Sql) -> None:
    query = "DELETE FROM {table} WHERE {condition}"
    ((number,),) = con.execute(fill(query, table=join(table.split("."), "."), condition=condition)).fetchall()
    if number:
        done.rows[table] = done.rows.get(table, 0) + int(number)


def _tables_of_agreements(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """List the tables with one or more rows per agreement, except the history of the extracts."""
    return con.execute(
        """SELECT database_name, schema_name, table_name FROM duckdb_columns()
            JOIN duckdb_tables() USING (database_name, schema_name, table_name)
            WHERE column_name IN ('corporatie_id', 'overeenkomst_id') AND database_name IN ('warehouse', 'vault')
                AND schema_name NOT IN ('raw', 'versions', 'staged')
            GROUP BY ALL HAVING count(*) = 2 ORDER BY ALL"""
    ).fetchall()


def _mentions(con: duckdb.DuckDBPyConnection, huurder: str) -> Sql:
    """Return an SQL condition that selects the quarantined rows containing one of the tenant's ids."""
    ids = [huurder, *(a for (a,) in con.execute("SELECT DISTINCT overeenkomst_id FROM own").fetchall())]
    con.execute("CREATE OR REPLACE TEMP TABLE ids AS SELECT unnest(?::VARCHAR[]) AS id", [ids])
    con.execute(
        r"""CREATE OR REPLACE TEMP TABLE mentioned AS SELECT DISTINCT sha256, file_name, line FROM vault.main.quarantine, ids
            WHERE list_contains(regexp_split_to_array(as_delivered, '[^[:alnum:]_.-]+'), id)"""
    )
    return Sql("(sha256, file_name, line) IN (SELECT (sha256, file_name, line) FROM mentioned)")


def _listed(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> list[Path]:
    """List the folders of the lists that contain one of the agreements."""
    folders = []
    ids = [agreement for (agreement,) in con.execute("SELECT DISTINCT overeenkomst_id FROM own").fetchall()]
    for path in sorted(workspace.output.glob("*/shortlist.csv")):
        cells = set(path.read_text(encoding="utf-8-sig").replace("\r\n", ";").replace('"', "").split(";"))
        if cells & set(ids):
            folders.append(path.parent)
    return folders


def _delivered(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> list[Path]:
    """List the delivered files in the workspace that contain the person."""
    names = set()
    for name in contracts():
        query = fill(
            "SELECT DISTINCT file_name FROM raw.{sightings} JOIN {own} USING (row_id) "
            "JOIN run.deliveries USING (delivery_id)",
            sightings=f"{name}_sightings",
            own=f"own_{name}",
        )
        names |= {file for (file,) in con.execute(query).fetchall()}
    names |= {file for (file,) in con.execute("SELECT DISTINCT file_name FROM mentioned").fetchall()}
    places = [folder / name for folder in (workspace.inbox, workspace.withdrawn) for name in sorted(names)]
    return [path for path in places if path.is_file()]


def _tables_with(con: duckdb.DuckDBPyConnection, ids: set[str]) -> list[str]:
    """Return the tables in which an id occurs, as a text value or inside JSON; active objections are not searched."""
    columns = con.execute(
        "SELECT database_name, schema_name, table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() "
        "USING (database_name, schema_name, table_name) WHERE database_name IN ('warehouse', 'vault') AND data_type = 'VARCHAR'"
    ).fetchall()
    tables = []
    for store, schema_name, table, column in columns:
        query = fill(
            "SELECT 1 FROM {table} WHERE ({column} IN (SELECT unnest($ids)) "
            """OR list_has_any(regexp_extract_all({column}, '"([^"]*)"', 1), $ids)) AND {but} LIMIT 1""",
            table=join((store, schema_name, table), "."),
            column=column,
            but=Sql("row_id NOT IN (SELECT row_id FROM kept)" if table == "bezwaren" else "true"),
        )
        if con.execute(query, {"ids": sorted(ids)}).fetchall():
            tables.append(f"{store}.{schema_name}.{table}")
    return sorted(set(tables))


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return con.execute(query).to_arrow_table().to_pylist()
