"""Read back what coaches and others logged in the portal: three extracts in the inbox, as any other delivery.

Each delivery holds everything of up to and with its day, with ids that never change (`portal.exchange.give`). So what a
week missed comes with the next one, what arrives twice is one row, and the same content is written once. The deliveries
lie in the inbox folder `portal`; nothing else may be put there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.delivery.ingest import PORTAL
from pipelines.exchange.connection import PortalError, reach
from pipelines.installation.contracts import contracts
from pipelines.installation.files import write_bytes
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.warehouse.vault import units_at
from portal.exchange.payload import Feedback, Work

EXTRACTS = ("contacten", "bezwaren", "meldingen_medewerkers")


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
    problem : str
        Why the portal could not be reached; empty if it could.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    unknown: int = 0
    problem: str = ""


def read(workspace: Workspace, day: date) -> Collected:
    """Write what was logged as deliveries of a day into the inbox.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    day : datetime.date
        Today: the peildatum of the deliveries. What is logged later today makes a new version of them.

    Returns
    -------
    Collected
        With `problem` where the portal is down: nothing is written then, and the next run brings everything.
    """
    try:
        found = reach(workspace, lambda: _give(day))
    except PortalError as error:
        return Collected(problem=str(error))
    found, unknown = _located(workspace, found)
    folder = workspace.inbox / PORTAL
    rows = {extract: getattr(found, extract) for extract in EXTRACTS}
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
    )


def work(workspace: Workspace, since: date, until: date) -> Work:
    """Count the growth and hand-overs that coaches noted in the portal, from `since` up to but not with `until`.

    They stay there: only these counts come out, and they are not kept.

    Raises
    ------
    PortalError
        It cannot be reached.
    """

    def count() -> Work:
        from portal.exchange import give

        return give.work(since, until)

    return reach(workspace, count)


def _give(day: date) -> Feedback:
    from portal.exchange import give

    return give.feedback(day)


def _located(workspace: Workspace, found: Feedback) -> tuple[Feedback, int]:
    """Find the home of a worry that names an address; leave out, and count, what cannot be found now."""
    lost = [row for row in found.meldingen_medewerkers if not (row["overeenkomst_id"] or row["eenheid_id"])]
    units: dict[tuple[str, str, str], str] = {}
    if lost:
        with open_warehouse(workspace) as con:
            attach_vault(con, workspace)
            units = units_at(con, {_address(row) for row in lost})
    worries = []
    for row in found.meldingen_medewerkers:
        unit = row["eenheid_id"] or units.get(_address(row))
        if row["overeenkomst_id"] or unit:
            worries.append(row | {"eenheid_id": unit})
    unknown = len(found.meldingen_medewerkers) - len(worries)
    return replace(found, meldingen_medewerkers=tuple(worries)), unknown


def _address(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["corporatie_id"], row["postcode"] or "", row["huisnummer"] or ""


def _loaded(workspace: Workspace, day: date) -> dict[str, int]:
    """Give the newest version that was loaded of each delivery of a day; its file may be erased since."""
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
    """Write a delivery whole or not at all, as a new version where one of this day holds something else."""
    content = _csv(extract, rows)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for unfinished in folder.glob(".*.csv*"):
        unfinished.unlink()
    paths = [folder / f"{extract}_{day}.csv", *(folder / f"{extract}_{day}_v{n}.csv" for n in range(2, 100))]
    there = [number for number, path in enumerate(paths, 1) if path.exists() or number <= loaded]
    last = paths[there[-1] - 1] if there else None
    if last and last.exists() and last.read_bytes() == content:
        return None
    path = paths[there[-1] if there else 0]
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
