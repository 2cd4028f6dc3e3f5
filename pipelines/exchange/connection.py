"""Call into the Django portal: configure it, migrate its database, and translate its errors into `PortalError`."""

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
    """The portal cannot be reached or used; the weekly run continues without it."""


def is_there(workspace: Workspace) -> bool:
    """Return whether this installation has a portal, or still has the database of an earlier one."""
    return workspace.settings.portal.enabled or (workspace.home / "portal" / "portal.sqlite3").exists()


def state(workspace: Workspace) -> str:
    """Describe the state of the portal's database without modifying it. Raises the same errors as `reach`."""
    if "DATABASE_URL" not in os.environ and not (workspace.home / "portal" / "portal.sqlite3").exists():
        return "the first weekly run creates its database"

    def look() -> str:
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        pending = f"; the next run applies {waiting} migrations" if waiting else ""
        return f"its database answers ({connection.vendor}){pending}"

    return reach(workspace, look, migrate=False)


def reach(workspace: Workspace, function: Callable[[], Result], *, migrate: bool = True) -> Result:
    """Call a function that uses the portal, after migrating the portal's database.

    The function runs in its own thread, because Django refuses database work in a thread with a running event loop,
    which a Prefect task may have.

    Raises
    ------
    PortalError
        The database cannot be reached, or the call failed.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_inside, workspace.home.resolve(), function, migrate).result()


def _inside(home: Path, function: Callable[[], Result], migrate: bool) -> Result:
    from dj_database_url import ParseError, UnknownSchemeError
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error, connections

    from portal import serve

    again = "Run this again; if it fails again, see docs/operations.md."
    mend = "Start its database, or correct DATABASE_URL; the next run catches up."
    try:
        serve.prepare(home, static=False, migrate=migrate)
        return function()
    except (Error, OSError) as error:
        # A failed connection's message names the server; the message of any other failure may quote a row.
        words = str(error).strip().splitlines() if "connect" in str(error).lower() else []
        cause = f"{type(error).__name__}: {words[0]}" if words else type(error).__name__
        raise PortalError(f"The portal's database does not answer ({cause}).", mend=mend) from None
    except (ImproperlyConfigured, ParseError, UnknownSchemeError) as error:
        raise PortalError(
            f"The portal's settings are wrong ({type(error).__name__}).", where="DATABASE_URL", mend=mend
        ) from None
    except StillThereError as error:
        raise PortalError(f"Data remain in the portal after removal: {error}.", mend=again) from None
    finally:
        _close(connections)


def _close(connections: Any) -> None:
    """Close this thread's connections, unless wrong settings prevented any: asking for them would raise again."""
    if getattr(connections, "_settings", None) is not None:
        connections.close_all()
