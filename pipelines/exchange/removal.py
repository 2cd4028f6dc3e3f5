"""What the portal holds past its time, or about one tenant: told, and removed there."""

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
