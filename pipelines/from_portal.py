"""Read back what coaches and others logged in the portal: three extracts in the inbox, as any other delivery.

Each delivery holds everything of up to and with its day, with ids that never change (`portal.exchange.give`). So what a
week missed comes with the next one, what arrives twice is one row, and the same content is written once. The deliveries
lie in the inbox folder `portal`; nothing else may be put there.

Also what the portal holds past its time, or about one tenant: told, and removed there.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pipelines.contracts import contracts
from pipelines.errors import WaakvlamError
from pipelines.ingest import PORTAL
from pipelines.vault import units_at
from pipelines.warehouse import attach_vault, open_warehouse
from pipelines.workspace import Workspace
from portal.exchange.payload import Feedback, Home, Key, StillThereError

EXTRACTS = ("contacten", "bezwaren", "meldingen_medewerkers")
Result = TypeVar("Result")


class PortalError(WaakvlamError):
    """The portal cannot be reached or used; the week goes on without it."""


@dataclass(frozen=True)
class Told:
    """What came back. ``unknown`` worries are about an address at which the register knows no home, or more than one."""

    rows: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    unknown: int = 0
    problem: str = ""


def read(workspace: Workspace, day: date) -> Told:
    """Write what was logged as deliveries of a day into the inbox.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    day : datetime.date
        Today: the peildatum of the deliveries. What is logged later today makes a new version of them.

    Returns
    -------
    Told
        With `problem` where the portal is down: nothing is written then, and the next run brings everything.
    """
    try:
        found = reach(workspace, lambda: _give(day))
    except PortalError as error:
        return Told(problem=str(error))
    found, unknown = _located(workspace, found)
    folder = workspace.inbox / PORTAL
    rows = {extract: getattr(found, extract) for extract in EXTRACTS}
    loaded = _loaded(workspace, day)
    written = [
        _deliver(folder, extract, day, rows[extract], loaded.get(extract, 0))
        for extract in EXTRACTS
        if rows[extract]
    ]
    return Told(
        rows={extract: len(rows[extract]) for extract in EXTRACTS},
        files=tuple(path.name for path in written if path),
        unknown=unknown,
    )


def is_there(workspace: Workspace) -> bool:
    """Whether this installation has a portal, or had one whose database still lies here."""
    return workspace.settings.portal.enabled or (workspace.home / "portal" / "portal.sqlite3").exists()


def state(workspace: Workspace) -> str:
    """Say how the portal's database is, changing nothing of it; raises as `reach`."""
    if "DATABASE_URL" not in os.environ and not (workspace.home / "portal" / "portal.sqlite3").exists():
        return "its database is made by the first weekly run"

    def look() -> str:
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        found = MigrationExecutor(connection)
        waiting = len(found.migration_plan(found.loader.graph.leaf_nodes()))
        told = f"; {waiting} changes of its tables are made by the next run" if waiting else ""
        return f"its database answers ({connection.vendor}){told}"

    return reach(workspace, look, migrate=False)


def purge(
    workspace: Workspace, today: date, *, cases: date, lists: date, runs: date
) -> Mapping[str, tuple[int, date]]:
    """Remove from the portal what is from before these days; gives how many rows of each kind, from before which day.

    Raises
    ------
    PortalError
        The portal is down, or something is still found: nothing of it was removed.
    """

    def work() -> Mapping[str, tuple[int, date]]:
        from portal.exchange import purge as purging

        made = purging.purge(today, cases=cases, lists=lists, runs=runs)
        purging.rewrite()
        return made

    return reach(workspace, work) if is_there(workspace) else {}


def held(workspace: Workspace, keys: Collection[Key], homes: Collection[Home]) -> dict[str, Any]:
    """Give what the portal holds about the agreements of a tenant, who lived in these homes."""

    def work() -> dict[str, Any]:
        from portal.exchange import subject

        return subject.held(keys, homes)

    return reach(workspace, work) if is_there(workspace) else {}


def erase(workspace: Workspace, keys: Collection[Key], homes: Collection[Home]) -> int:
    """Erase what the portal holds about the agreements of a tenant, and give how many rows; raises as `purge`."""

    def work() -> int:
        from portal.exchange import purge as purging
        from portal.exchange import subject

        number = subject.erase(keys, homes)
        purging.rewrite()
        return number

    return reach(workspace, work) if is_there(workspace) else 0


def reach(workspace: Workspace, function: Callable[[], Result], *, migrate: bool = True) -> Result:
    """Call something of the portal, its database brought up to date first.

    In a thread of its own: Django refuses to work in one where an event loop runs, and a Prefect task may be that.

    Raises
    ------
    PortalError
        The database cannot be reached, or what was asked of it failed.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_inside, workspace.home.resolve(), function, migrate).result()


def _inside(home: Path, function: Callable[[], Result], migrate: bool) -> Result:
    from dj_database_url import ParseError, UnknownSchemeError
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error, connections

    from portal import serve

    again = "Run this again; where it stays, see docs/operations.md."
    mend = "Start its database, or correct DATABASE_URL; the next run catches up."
    try:
        serve.prepare(home, static=False, migrate=migrate)
        return function()
    except (Error, OSError) as error:
        # Words of a failed connection name the server; those of any other failure may quote a row.
        words = str(error).strip().splitlines() if "connect" in str(error).lower() else []
        said = f"{type(error).__name__}: {words[0]}" if words else type(error).__name__
        raise PortalError(f"The portal's database does not answer ({said}).", mend=mend) from None
    except (ImproperlyConfigured, ParseError, UnknownSchemeError) as error:
        raise PortalError(
            f"The portal's settings are wrong ({type(error).__name__}).", where="DATABASE_URL", mend=mend
        ) from None
    except StillThereError as error:
        raise PortalError(f"Still in the portal after it was removed: {error}.", mend=again) from None
    finally:
        _close(connections)


def _close(connections: Any) -> None:
    """Close this thread's connections; where the settings were wrong there is none, and asking raises again."""
    if getattr(connections, "_settings", None) is not None:
        connections.close_all()


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
    folder: Path, extract: str, day: date, rows: Iterable[Mapping[str, Any]], loaded: int
) -> Path | None:
    """Write a delivery whole or not at all, as a new version where one of this day holds something else."""
    content = _csv(extract, rows)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for unfinished in folder.glob(".*.csv"):
        unfinished.unlink()
    paths = [folder / f"{extract}_{day}.csv", *(folder / f"{extract}_{day}_v{n}.csv" for n in range(2, 100))]
    there = [number for number, path in enumerate(paths, 1) if path.exists() or number <= loaded]
    last = paths[there[-1] - 1] if there else None
    if last and last.exists() and last.read_bytes() == content:
        return None
    path = paths[there[-1] if there else 0]
    part = folder / f".{path.name}"  # a name that begins with a point is no delivery
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
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
