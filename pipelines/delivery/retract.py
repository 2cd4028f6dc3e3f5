"""Withdraw a loaded delivery, so that everything is as if it had never been delivered.

Names and addresses are stored from the newest register delivery only. Earlier names are re-read from the previous
delivery, which must still be in the inbox, so no history of names has to be kept. If that file is gone, nothing is
changed.

The file leaves the inbox first (or the next run would load it again), then the vault is corrected, then the warehouse.
If the command is killed in between, running it again finishes the work.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.delivery import ingest, refresh
from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import put_in_place
from pipelines.installation.sql import fill, read_sql
from pipelines.installation.workspace import Workspace
from pipelines.reading.inbox import Delivery
from pipelines.warehouse import versions
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse, read_pepper


@dataclass(frozen=True)
class Loaded:
    """A delivery as recorded in the warehouse."""

    number: int
    source: str
    extract: str
    peildatum: date
    version: int
    file_name: str
    sha256: str
    rows: int

    def in_inbox(self, workspace: Workspace) -> Path | None:
        """Return its file, if the inbox still has it as it was loaded."""
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
        Name of the file, with its folder of the inbox if corporations have one each.

    Returns
    -------
    Loaded
        The delivery that was withdrawn.

    Raises
    ------
    ConfigurationError
        No such delivery was loaded, or the names that it replaced cannot be read again. Nothing has changed.
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
    """List the loaded deliveries."""
    return [
        Loaded(*row)
        for row in con.execute(
            "SELECT delivery_id, source, extract, peildatum, version, file_name, sha256, rows_read "
            "FROM run.deliveries ORDER BY delivery_id"
        ).fetchall()
    ]


def _find(con: duckdb.DuckDBPyConnection, name: str) -> Loaded:
    deliveries = loaded(con)
    matching = [d for d in deliveries if d.file_name == name] or [
        d for d in deliveries if Path(d.file_name).name == Path(name).name
    ]
    if len(matching) > 1:
        names = ", ".join(d.file_name for d in matching)
        raise ConfigurationError(f"More than one delivery has this name: {names}.", where=name)
    if not matching:
        close = difflib.get_close_matches(name, [d.file_name for d in deliveries], n=1)
        hint = f" (nearest: {close[0]})" if close else ""
        raise ConfigurationError(f"No delivery of this name was loaded{hint}.", where=name)
    return matching[0]


def _read_again(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Loaded, contract: Contract
) -> None:
    """Create the table `previous_identities`: names and addresses from before, for the agreements in the delivery."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE named_agreements AS SELECT corporatie_id, overeenkomst_id FROM vault.main.tenancies "
        "WHERE peildatum = ? AND version = ?",
        [delivery.peildatum, delivery.version],
    )
    con.execute("CREATE OR REPLACE TEMP TABLE previous_identities AS FROM vault.main.tenancies LIMIT 0")
    query = fill(
        """CREATE OR REPLACE TEMP TABLE sources AS
            SELECT r.corporatie_id, r.overeenkomst_id, arg_max(d.delivery_id, (d.peildatum, d.version, d.delivery_id)) AS delivery_id
            FROM raw.{extract} r JOIN raw.{sightings} s USING (row_id) JOIN run.deliveries d ON d.delivery_id = s.delivery_id
            JOIN named_agreements t ON t.corporatie_id = r.corporatie_id AND t.overeenkomst_id = r.overeenkomst_id
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
                f"{other.file_name} is needed for the earlier names and addresses, and is no longer in the inbox as it was loaded.",
                where=delivery.file_name,
                mend="Put that file back and start again; nothing was changed.",
            )
        again = Delivery(path, other.extract, other.peildatum, other.version, other.source)
        ingest.examine(con, workspace, again, pepper=read_pepper(con))
        query = fill(
            "INSERT INTO previous_identities (corporatie_id, overeenkomst_id, peildatum, version, {names}) "
            "SELECT corporatie_id, overeenkomst_id, ?, ?, {names} FROM typed "
            "JOIN sources USING (corporatie_id, overeenkomst_id) WHERE delivery_id = ? AND verdict = 'new'",
            names=contract.identity,
        )
        con.execute(query, [other.peildatum, other.version, other.number])


def _move(workspace: Workspace, delivery: Loaded) -> None:
    """Move the file out of the inbox to where it is kept as long as other deliveries."""
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
            "(SELECT (corporatie_id, overeenkomst_id) FROM named_agreements)"
        )
        con.execute(
            "COMMIT"
        )  # the engine sees a key that goes and comes back in one transaction as twice there
        con.execute("BEGIN")
        con.execute("INSERT INTO vault.main.tenancies BY NAME SELECT * FROM previous_identities")
    con.execute("COMMIT")


def _mend_warehouse(con: duckdb.DuckDBPyConnection, delivery: Loaded, contract: Contract) -> None:
    """Delete the rows that only this delivery showed, and assign shared rows to the next delivery, in one transaction."""
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
