"""Withdraw a loaded delivery: afterwards everything is as if it had never been delivered.

The register's names and addresses are known from the newest delivery only; what the one before said is read again from
the inbox, so nothing more of a person is kept for the sake of this. Where that file is gone nothing is changed.

In order: the file leaves the inbox (or the next run would load it again), the vault is put right, the warehouse last.
Killed in between, the same command finishes it.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.delivery import ingest, refresh
from pipelines.delivery.inbox import Delivery
from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import put_in_place
from pipelines.installation.sql import fill, read_sql
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import versions
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse


@dataclass(frozen=True)
class Loaded:
    """A delivery as the warehouse knows it."""

    number: int
    source: str
    extract: str
    peildatum: date
    version: int
    file_name: str
    sha256: str
    rows: int

    def in_inbox(self, workspace: Workspace) -> Path | None:
        """Give its file, where that still lies in the inbox as it was loaded."""
        path = workspace.inbox / self.file_name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return path if hashlib.file_digest(file, "sha256").hexdigest() == self.sha256 else None


def retract(workspace: Workspace, name: str) -> Loaded:
    """Undo the loading of one delivery exactly.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    name : str
        The file's name, with its folder of the inbox where corporations have one each.

    Returns
    -------
    Loaded
        What was withdrawn.

    Raises
    ------
    ConfigurationError
        No such delivery was loaded, or the names it replaced cannot be read again. Nothing was changed.
    """
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)
        attach_vault(con, workspace)
        delivery = _find(con, name)
        contract = contracts()[delivery.extract]
        if contract.identity:
            _read_again(con, workspace, delivery, contract)
        _move(workspace, delivery)
        _mend_vault(con, delivery, contract)
        _mend_warehouse(con, delivery, contract)
    return delivery


def loaded(con: duckdb.DuckDBPyConnection) -> list[Loaded]:
    """List what is loaded."""
    return [
        Loaded(*row)
        for row in con.execute(
            "SELECT delivery_id, source, extract, peildatum, version, file_name, sha256, rows_read "
            "FROM run.deliveries ORDER BY delivery_id"
        ).fetchall()
    ]


def _find(con: duckdb.DuckDBPyConnection, name: str) -> Loaded:
    there = loaded(con)
    found = [d for d in there if d.file_name == name] or [
        d for d in there if Path(d.file_name).name == Path(name).name
    ]
    if len(found) > 1:
        names = ", ".join(d.file_name for d in found)
        raise ConfigurationError(f"More than one delivery has this name: {names}.", where=name)
    if not found:
        close = difflib.get_close_matches(name, [d.file_name for d in there], n=1)
        hint = f" (nearest: {close[0]})" if close else ""
        raise ConfigurationError(f"No delivery of this name was loaded{hint}.", where=name)
    return found[0]


def _read_again(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Loaded, contract: Contract
) -> None:
    """Make the temporary table `told_before`: whom the delivery told of, with what the one before said of them."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE told AS SELECT corporatie_id, overeenkomst_id FROM vault.main.tenancies "
        "WHERE peildatum = ? AND version = ?",
        [delivery.peildatum, delivery.version],
    )
    con.execute("CREATE OR REPLACE TEMP TABLE told_before AS FROM vault.main.tenancies LIMIT 0")
    query = fill(
        """CREATE OR REPLACE TEMP TABLE sources AS
            SELECT r.corporatie_id, r.overeenkomst_id, arg_max(d.delivery_id, (d.peildatum, d.version, d.delivery_id)) AS delivery_id
            FROM raw.{extract} r JOIN raw.{sightings} s USING (row_id) JOIN run.deliveries d ON d.delivery_id = s.delivery_id
            JOIN told t ON t.corporatie_id = r.corporatie_id AND t.overeenkomst_id = r.overeenkomst_id
            WHERE d.delivery_id <> ? GROUP BY ALL""",
        extract=contract.extract,
        sightings=f"{contract.extract}_sightings",
    )
    con.execute(query, [delivery.number])
    needed = {n for (n,) in con.execute("SELECT DISTINCT delivery_id FROM sources").fetchall()}
    for other in loaded(con):
        if other.number not in needed:
            continue
        path = other.in_inbox(workspace)
        if path is None:
            raise ConfigurationError(
                f"{other.file_name} is needed for the names and addresses of before, and is no longer in the inbox as it was loaded.",
                where=delivery.file_name,
                mend="Put that file back and start again; nothing was changed.",
            )
        again = Delivery(path, other.extract, other.peildatum, other.version, other.source)
        ingest.examine(con, workspace, again, pepper=ingest.pepper(con))
        query = fill(
            "INSERT INTO told_before (corporatie_id, overeenkomst_id, peildatum, version, {names}) "
            "SELECT corporatie_id, overeenkomst_id, ?, ?, {names} FROM typed "
            "JOIN sources USING (corporatie_id, overeenkomst_id) WHERE delivery_id = ? AND verdict = 'new'",
            names=contract.identity,
        )
        con.execute(query, [other.peildatum, other.version, other.number])


def _move(workspace: Workspace, delivery: Loaded) -> None:
    """Take the file out of the inbox, for as long as deliveries are kept."""
    path = delivery.in_inbox(workspace)
    if path is not None:
        target = workspace.withdrawn / delivery.file_name
        workspace.withdrawn.mkdir(mode=0o700, exist_ok=True)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        put_in_place(path, target)


def _mend_vault(con: duckdb.DuckDBPyConnection, delivery: Loaded, contract: Contract) -> None:
    con.execute("BEGIN")
    con.execute(
        "DELETE FROM vault.main.quarantine WHERE sha256 = ? AND file_name = ?",
        [delivery.sha256, delivery.file_name],
    )
    if contract.identity:
        con.execute(
            "DELETE FROM vault.main.tenancies WHERE (corporatie_id, overeenkomst_id) IN "
            "(SELECT (corporatie_id, overeenkomst_id) FROM told)"
        )
        con.execute(
            "COMMIT"
        )  # the engine sees a key that goes and comes back in one transaction as twice there
        con.execute("BEGIN")
        con.execute("INSERT INTO vault.main.tenancies BY NAME SELECT * FROM told_before")
    con.execute("COMMIT")


def _mend_warehouse(con: duckdb.DuckDBPyConnection, delivery: Loaded, contract: Contract) -> None:
    """Take away what it alone showed, and give what others show as well to the first of those; in one transaction."""
    name, number = contract.extract, delivery.number
    con.execute("BEGIN")
    con.execute(
        fill(
            read_sql(__package__, "withdraw"),
            extract=name,
            sightings=f"{name}_sightings",
            delivery_id=number,
        )
    )
    con.execute(
        "DELETE FROM run.expectations WHERE sha256 = ? AND extract = ? AND peildatum = ?",
        [delivery.sha256, name, delivery.peildatum],
    )
    if contract.snapshot:
        versions.rebuild_peildata(con, contract)
    refresh.refresh_touched(con, contract)
    con.execute("COMMIT")
