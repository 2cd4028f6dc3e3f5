"""Find everything in the stores that is about one tenant: agreements, rows, quarantined rows, lists and deliveries."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from features.known import current_sql
from pipelines.exchange.removal import Home, Key
from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import Sql, fill, insert, join
from pipelines.installation.workspace import Workspace
from pipelines.operations.person_files import LEAST_NAME, Person, files_of

OWN = Sql("(corporatie_id, overeenkomst_id) IN (SELECT (corporatie_id, overeenkomst_id) FROM own)")
"""The condition on rows with an agreement of the tenant; `find` creates the table `own`."""


def known_as(con: duckdb.DuckDBPyConnection, huurder: str) -> Person:
    """Return what identifies the tenant now: the agreements of the table `own`, with names and addresses."""
    agreements = con.execute("SELECT corporatie_id, overeenkomst_id FROM own ORDER BY ALL").fetchall()
    rows = con.execute(
        "SELECT DISTINCT naam, straatnaam, postcode, telefoon, email FROM vault.main.tenancies "
        "JOIN own USING (corporatie_id, overeenkomst_id) WHERE naam IS NOT NULL ORDER BY ALL"
    ).fetchall()
    names = [
        (name, tuple(other for other in others if other))
        for name, *others in rows
        if len(name) >= LEAST_NAME and any(others)
    ]
    return Person(huurder, tuple(agreements), tuple(names))


def find(con: duckdb.DuckDBPyConnection, huurder: str, marked: Person, workspace: Workspace) -> None:
    """Create the temporary tables `own` (agreements) and `own_<extract>` (rows).

    Raises ConfigurationError if there are no data about this tenant: no row, no mark of an earlier erasure, and no file.
    """
    # The agreement of a further tenant remains the first tenant's: only rows that name this tenant are theirs alone.
    shared = con.execute("SELECT count(*) FROM run.co_tenants WHERE huurder_id = ?", [huurder]).fetchall()
    query = "CREATE OR REPLACE TEMP TABLE own AS SELECT DISTINCT corporatie_id, overeenkomst_id FROM raw.{register} WHERE huurder_id = ?"
    con.execute(fill(query, register=REGISTER), [huurder])
    insert(con, Sql("own"), marked.agreements)
    number = int(shared[0][0])
    for name, contract in contracts().items():
        agreement = "overeenkomst_id" if name == REGISTER else contract.agreement
        query = "(corporatie_id, {agreement}) IN (SELECT (corporatie_id, overeenkomst_id) FROM own)"
        where = [fill(query, agreement=agreement)] if agreement else []
        if contract.is_resolved:
            # A row may have belonged to another tenant before the register was corrected; the current owner counts.
            query = "row_id IN (SELECT row_id FROM staged.{extract} s WHERE {own} AND {current})"
            where.append(fill(query, extract=name, own=OWN, current=Sql(current_sql("s"))))
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
    if not (number or marked.agreements or any(files_of(workspace, marked))):
        raise ConfigurationError(
            "There are no data about this tenant.", mend="Use the id from the corporation's register."
        )


def theirs(con: duckdb.DuckDBPyConnection) -> tuple[list[Key], list[Home]]:
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


def own_rows(extract: str) -> Sql:
    """Return the condition on the rows of an extract that are the tenant's."""
    return fill("row_id IN (SELECT row_id FROM {own})", own=f"own_{extract}")


def tables_of_agreements(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """List the tables with one or more rows per agreement, except the history of the extracts."""
    return con.execute(
        """SELECT database_name, schema_name, table_name FROM duckdb_columns()
            JOIN duckdb_tables() USING (database_name, schema_name, table_name)
            WHERE column_name IN ('corporatie_id', 'overeenkomst_id') AND database_name IN ('warehouse', 'vault')
                AND schema_name NOT IN ('raw', 'versions', 'staged')
            GROUP BY ALL HAVING count(*) = 2 ORDER BY ALL"""
    ).fetchall()


def mentions(con: duckdb.DuckDBPyConnection, person: Person) -> Sql:
    """Return an SQL condition that selects the quarantined rows about the person, by id or by name and address.

    Creates the temporary tables `ids` and `mentioned`.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE ids AS SELECT unnest(?::VARCHAR[]) AS id", [list(person.ids)])
    con.execute("CREATE OR REPLACE TEMP TABLE mentioned (sha256 VARCHAR, file_name VARCHAR, line INTEGER)")
    rows = con.execute("SELECT sha256, file_name, line, as_delivered FROM vault.main.quarantine")
    about = [place for *place, text in rows.fetchall() if person.is_in(text, together=True)]
    insert(con, Sql("mentioned"), about)
    return Sql("(sha256, file_name, line) IN (SELECT (sha256, file_name, line) FROM mentioned)")


def listed(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> list[Path]:
    """List the folders of the lists that contain one of the agreements."""
    folders = []
    ids = [agreement for (agreement,) in con.execute("SELECT DISTINCT overeenkomst_id FROM own").fetchall()]
    for path in sorted(workspace.output.glob("*/shortlist.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = {cell for row in csv.reader(file, delimiter=";") for cell in row}
        if cells & set(ids):
            folders.append(path.parent)
    return folders


def delivered(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> list[Path]:
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


def tables_with(con: duckdb.DuckDBPyConnection, huurder: str) -> list[str]:
    """Return the tables in which an id occurs in any column, as a text value or inside JSON."""
    return _tables(con, lambda _column: (huurder,), {})


def tables_left(con: duckdb.DuckDBPyConnection, person: Person, but: Mapping[str, Sql]) -> list[str]:
    """Return the tables that still name a person; of tables named in ``but`` those rows only.

    An id is looked for where ids of its kind stand, and in texts: the number of a tenant may be that of somebody else's agreement
    or of a home.
    """
    agreements = tuple(name for _corporation, name in person.agreements)
    tenant_columns = {"huurder_id", "huurder", "tenant"} | {c.tenant for c in contracts().values()}
    agreement_columns = {"overeenkomst_id", "agreement", "drawn"} | {
        c.agreement for c in contracts().values()
    }

    def wanted(column: str) -> tuple[str, ...]:
        if column in tenant_columns:
            return (person.huurder,)
        if column in agreement_columns:
            return agreements
        return () if column.endswith("_id") or column in ("home", "record") else person.ids

    return _tables(con, wanted, but)


def _tables(
    con: duckdb.DuckDBPyConnection, wanted: Callable[[str], tuple[str, ...]], but: Mapping[str, Sql]
) -> list[str]:
    """Return the tables with a text column that has one of the ids wanted in it."""
    columns = con.execute(
        "SELECT database_name, schema_name, table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() "
        "USING (database_name, schema_name, table_name) WHERE database_name IN ('warehouse', 'vault') AND data_type = 'VARCHAR'"
    ).fetchall()
    tables = []
    for store, schema_name, table, column in columns:
        if not (ids := wanted(column)):
            continue
        query = fill(
            "SELECT 1 FROM {table} WHERE ({column} IN (SELECT unnest($ids)) "
            """OR list_has_any(regexp_extract_all({column}, '"([^"]*)"', 1), $ids)) AND {searched} LIMIT 1""",
            table=join((store, schema_name, table), "."),
            column=column,
            searched=but.get(table, Sql("true")),
        )
        if con.execute(query, {"ids": sorted(ids)}).fetchall():
            tables.append(f"{store}.{schema_name}.{table}")
    return sorted(set(tables))


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query as plain values."""
    return con.execute(query).to_arrow_table().to_pylist()
