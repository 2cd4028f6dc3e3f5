"""Read back what portal users logged, and write it to the inbox as deliveries.

Each delivery contains everything up to and including its day, with ids that never change (`portal.exchange.give`).
Therefore the next week catches up on a missed one, a row that arrives twice counts once, and unchanged content is not
written again. The deliveries are written to the inbox folder `portal`, which may contain nothing else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipelines.delivery.ingest import PORTAL
from pipelines.exchange.connection import PortalError, reach
from pipelines.installation.contracts import contracts
from pipelines.installation.files import write_bytes
from pipelines.installation.sql import Sql
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.addresses import keep_near_homes, near_homes_sql
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.warehouse.vault import units_at
from portal.exchange.payload import Feedback, Incident, Work

EXTRACTS = ("contacten", "bezwaren", "meldingen_medewerkers", "toewijzingen")


@dataclass(frozen=True)
class Collected:
    """The rows and files that were read back from the portal.

    Parameters
    ----------
    rows : mapping of str to int
        Rows of each extract.
    files : tuple of str
        Names of the deliveries that were written.
    unknown : int
        Worries about an address at which the register has no home, or more than one.
    incidents : tuple of Incident
        Harm and complaints that were reported before the day, each time all of them.
    problem : str
        Why the portal could not be reached; empty if it could.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    unknown: int = 0
    incidents: tuple[Incident, ...] = ()
    problem: str = ""


def read(workspace: Workspace, day: date) -> Collected:
    """Write the rows that were logged in the portal to the inbox, as deliveries of a day.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    day : datetime.date
        Today, which becomes the peildatum of the deliveries. Rows logged later today lead to a new version of them.

    Returns
    -------
    Collected
        If the portal is down, `problem` is set and nothing is written; the next run then collects everything.
    """
    try:
        feedback, incidents = reach(workspace, lambda: _give(day))
    except PortalError as error:
        return Collected(problem=str(error))
    feedback, unknown = _located(workspace, feedback)
    folder = workspace.inbox / PORTAL
    rows = {extract: getattr(feedback, extract) for extract in EXTRACTS}
    loaded = _loaded(workspace, day)
    written = [
        _deliver(folder, extract, day, rows[extract], loaded.get(extract, 0))
        for extract in EXTRACTS
        if rows[extract]
    ]
    return Collected(
        rows={extract: len(rows[extract]) for extract in EXTRACTS},
        files=tuple(path.name for path in written if path),
        unknown=unknown,
        incidents=incidents,
    )


def write_worries(workspace: Workspace, day: date) -> None:
    """Write the worries that were reported up to and including a day, and nothing else, within a call of `reach`."""
    feedback, _unknown = _located(workspace, _give(day)[0])
    if feedback.meldingen_medewerkers:
        _deliver(workspace.inbox / PORTAL, "meldingen_medewerkers", day, feedback.meldingen_medewerkers)


def work(workspace: Workspace, since: date, until: date) -> Work:
    """Count the growth and hand-overs that coaches recorded in the portal from `since` up to, not including, `until`.

    Only counts leave the portal, and they are not stored.

    Raises
    ------
    PortalError
        The portal cannot be reached.
    """

    def count() -> Work:
        from portal.exchange import give

        return give.work(since, until)

    return reach(workspace, count)


def _give(day: date) -> tuple[Feedback, tuple[Incident, ...]]:
    from portal.exchange import give

    return give.feedback(day), give.incidents(day)


def _located(workspace: Workspace, feedback: Feedback) -> tuple[Feedback, int]:
    """Look up the home of each worry that has only an address, and count the worries whose home is unknown.

    A worry without a home is delivered too: it matches nobody, so an analyst chooses which nearby home is meant.
    """
    given = feedback.meldingen_medewerkers
    unplaced = [row for row in given if not (row["overeenkomst_id"] or row["eenheid_id"])]
    if not unplaced:
        return feedback, 0
    with open_warehouse(workspace) as con:
        attach_vault(con, workspace)
        units = units_at(con, {_address(row) for row in unplaced})
        homeless = [row for row in unplaced if _address(row) not in units]
        if homeless:
            _keep_near_homes(con, homeless)
    located = [{**row, "eenheid_id": row["eenheid_id"] or units.get(_address(row))} for row in given]
    return replace(feedback, meldingen_medewerkers=tuple(located)), len(homeless)


def _keep_near_homes(con: duckdb.DuckDBPyConnection, homeless: Iterable[Mapping[str, Any]]) -> None:
    """Keep which agreements are near the address of each worry without a home; the address itself is not kept."""
    rows = [(row["melding_id"], *_address(row), row["datum"].date()) for row in homeless]
    columns = ["record", "corporatie_id", "postcode", "number", "day"]
    con.register("homeless", pd.DataFrame(rows, columns=columns))
    query = near_homes_sql("meldingen_medewerkers", Sql("SELECT * REPLACE (day::DATE AS day) FROM homeless"))
    con.execute("BEGIN")
    keep_near_homes(con, query)
    con.execute("COMMIT")
    con.unregister("homeless")


def _address(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["corporatie_id"], row["postcode"] or "", row["huisnummer"] or ""


def _loaded(workspace: Workspace, day: date) -> dict[str, int]:
    """Return the newest loaded version per extract for a day; its file may have been erased since."""
    with open_warehouse(workspace) as con:
        return dict(
            con.execute(
                "SELECT extract, max(version) FROM run.deliveries WHERE source = ? AND peildatum = ? GROUP BY 1",
                [PORTAL, day],
            ).fetchall()
        )


def _deliver(
    folder: Path, extract: str, day: date, rows: Iterable[Mapping[str, Any]], loaded: int = 0
) -> Path | None:
    """Write a delivery atomically, as a new version if the last one of this day differs; return None if it does not."""
    content = _csv(extract, rows)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for unfinished in folder.glob(".*.csv*"):
        unfinished.unlink()
    paths = [folder / f"{extract}_{day}.csv", *(folder / f"{extract}_{day}_v{n}.csv" for n in range(2, 100))]
    taken = [number for number, path in enumerate(paths, 1) if path.exists() or number <= loaded]
    last = paths[taken[-1] - 1] if taken else None
    if last and last.exists() and last.read_bytes() == content:
        return None
    path = paths[taken[-1] if taken else 0]
    write_bytes(path, content, private=True)
    return path


def _csv(extract: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    columns = list(contracts()[extract].columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(row[name]) for name in columns] for row in rows)
    return text.getvalue().encode()


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
