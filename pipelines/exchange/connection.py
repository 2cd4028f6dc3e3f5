"""Calling the portal: its settings and database are made ready, and what goes wrong there is told as ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from portal.exchange.payload import StillThereError

Result = TypeVar("Result")


class PortalError(WaakvlamError):
    """The portal cannot be reached or used; the week goes on without it."""


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
