"""Tables computed from the warehouse that are kept for the next command: an encrypted file beside the stores.

A kept file holds rows about people, so it must not outlive the state from which it was computed: opening the warehouse to
write (a delivery, an objection, an erasure, retention) removes it first (`pipelines.warehouse.stores.attach`). Its name is a
hash of all inputs, so an outdated file that came back, with a restored folder for example, is not used.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress

import duckdb

from pipelines.installation.files import put_in_place
from pipelines.installation.sql import fill
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import attach_file, derive, kept_folder

PURPOSE = "kept"


def fingerprint(con: duckdb.DuckDBPyConnection) -> str:
    """Return a hash of every table of the open warehouse from which panels are computed: all but the raw deliveries."""
    names = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() "
        "WHERE database_name = 'warehouse' AND schema_name <> 'raw' ORDER BY ALL"
    ).fetchall()
    digest = hashlib.sha256()
    for schema, table in names:
        query = "SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM warehouse.{schema}.{table} t"
        digest.update(
            f"{schema}.{table}{con.execute(fill(query, schema=schema, table=table)).fetchall()}".encode()
        )
    return digest.hexdigest()


def read(con: duckdb.DuckDBPyConnection, workspace: Workspace, name: str, table: str) -> bool:
    """Create a temporary table from the file of this name; return False if there is none that can be read."""
    path = kept_folder(workspace) / f"{name}.duckdb"
    if not path.exists():
        return False
    try:
        attach_file(con, path, "kept", _key(workspace), read_only=True)
    except duckdb.Error:  # made with another key, or damaged
        return False
    try:
        con.execute(fill("CREATE OR REPLACE TEMP TABLE {table} AS FROM kept.main.{table}", table=table))
    finally:
        con.execute("DETACH kept")
    return True


def write(con: duckdb.DuckDBPyConnection, workspace: Workspace, name: str, table: str) -> None:
    """Keep a temporary table under a name, in the place of every other; without room on the disk nothing is kept."""
    folder = kept_folder(workspace)
    fresh = workspace.stores / "scratch" / f"kept-{secrets.token_hex(4)}.duckdb"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        attach_file(con, fresh, "kept", _key(workspace))
        try:
            con.execute(fill("CREATE TABLE kept.main.{table} AS FROM temp.main.{table}", table=table))
            con.execute("CHECKPOINT kept")
        finally:
            con.execute("DETACH kept")
        fresh.chmod(0o600)
        for other in folder.iterdir():
            other.unlink()
        put_in_place(fresh, folder / f"{name}.duckdb")
    except (duckdb.Error, OSError):
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _key(workspace: Workspace) -> str:
    return derive(workspace.secret("warehouse"), PURPOSE)
