"""Remove expired data from the portal, and export or erase the data about one tenant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pipelines.exchange.connection import is_there, reach
from pipelines.installation.workspace import Workspace
from portal.exchange.payload import Home, Key


def purge(
    workspace: Workspace, today: date, *, cases: date, lists: date, runs: date
) -> Mapping[str, tuple[int, date]]:
    """Remove data from the portal that date from before the given days.

    Returns
    -------
    mapping of str to (int, datetime.date)
        Per kind: the number of removed rows, and the day before which they dated. Empty without a portal.

    Raises
    ------
    PortalError
        The portal is down, or data remained and the removal was undone.
    """

    def work() -> Mapping[str, tuple[int, date]]:
        from portal.exchange import purge as purging

        removed = purging.purge(today, cases=cases, lists=lists, runs=runs)
        purging.rewrite()
        return removed

    return reach(workspace, work) if is_there(workspace) else {}


def held(workspace: Workspace, keys: Collection[Key], homes: Collection[Home]) -> dict[str, Any]:
    """Return the data in the portal about a tenant with these agreements, who lived in these homes."""

    def work() -> dict[str, Any]:
        from portal.exchange import subject

        return subject.held(keys, homes)

    return reach(workspace, work) if is_there(workspace) else {}


def erase(workspace: Workspace, keys: Collection[Key], homes: Collection[Home]) -> int:
    """Erase the data in the portal about a tenant; return the number of erased rows. Raises the same errors as `purge`."""

    def work() -> int:
        from portal.exchange import purge as purging
        from portal.exchange import subject

        number = subject.erase(keys, homes)
        purging.rewrite()
        return number

    return reach(workspace, work) if is_there(workspace) else 0
