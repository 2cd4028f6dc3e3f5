"""Copy a store, verify the copy, and put it in the place of the original."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import put_in_place
from pipelines.installation.sql import fill
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import journal
from pipelines.warehouse.stores import attach, attach_file, derive, path_of


def fingerprint(con: duckdb.DuckDBPyConnection, store: str) -> dict[str, list[int]]:
    """Return per table of an attached store the number of rows and the sum of their hashes, to compare contents."""
    names = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal ORDER BY ALL",
        [store],
    ).fetchall()
    sums = {}
    for schema_name, name in names:
        query = fill(
            "SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM {store}.{schema}.{table} t",
            store=store,
            schema=schema_name,
            table=name,
        )
        sums[f"{schema_name}.{name}"] = list(con.execute(query).fetchall()[0])
    return sums


def copy_store(con: duckdb.DuckDBPyConnection, store: str, target: Path, key: str) -> dict[str, list[int]]:
    """Copy a store to a new file, encrypted with `key`, and verify that the contents are equal.

    The new file has no pages with deleted data.

    Returns
    -------
    dict
        The fingerprint of both.

    Raises
    ------
    WaakvlamError
        The contents differ.
    """
    target.unlink(missing_ok=True)
    before = fingerprint(con, store)
    attach_file(con, target, "copied", key)
    try:
        target.chmod(0o600)
        con.execute(fill("COPY FROM DATABASE {store} TO copied", store=store))
        con.execute("CHECKPOINT copied")
    finally:
        con.execute("DETACH copied")
    attach_file(con, target, "copied", key, read_only=True)
    try:
        after = fingerprint(con, "copied")
    finally:
        con.execute("DETACH copied")
    if before != after:
        raise WaakvlamError(f"The copy of the {store} differs from the original.", where=str(target))
    return before


def rewrite(con: duckdb.DuckDBPyConnection, workspace: Workspace, store: str) -> None:
    """Rewrite the file of an attached store, so that no page contains deleted data."""
    home = con.execute("SELECT current_database()").fetchall()[0][0]
    replace(con, workspace, store, derive(workspace.secret(store), store))
    attach(con, workspace, store)
    con.execute(fill("USE {home}.main", home=home))


def replace(con: duckdb.DuckDBPyConnection, workspace: Workspace, store: str, key: str) -> None:
    """Replace the file of an attached store by a copy that is encrypted with `key`, and detach it."""
    path = path_of(workspace, store)
    fresh = workspace.stores / "scratch" / path.name
    copy_store(con, store, fresh, key)
    journal.checkpoint(con)
    con.execute("USE memory.main")
    if os.name == "nt":  # Windows cannot replace an open file
        con.execute(fill("DETACH {store}", store=store))
        put_in_place(fresh, path)
    else:  # keep the old file open until the new one is in place, so that no other run writes to the old one
        put_in_place(fresh, path)
        con.execute(fill("DETACH {store}", store=store))
