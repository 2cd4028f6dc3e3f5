"""Make past lists from the facts known at the time, with today's settings and scorecard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.proof import hold
from pipelines.publishing.list_files import publish
from pipelines.shortlist import make
from pipelines.warehouse.loaded import require_loaded
from pipelines.warehouse.stores import open_warehouse
from pipelines.week.report import write_reports


def mondays(first: date, last: date) -> list[date]:
    """List the Mondays from one day to another, both included."""
    start = first + timedelta(days=-first.weekday() % 7)
    return [start + n * calendar.WEEK for n in range((last - start) // calendar.WEEK + 1)]


def backfill(
    workspace: Workspace,
    first: date,
    last: date,
    *,
    replace: bool = False,
    progress: Callable[[date], None] = lambda _: None,
) -> dict[date, Path | None]:
    """Make the list of every Monday in a period.

    No delivery is loaded and no decision is stored, because nobody visited on these lists. Names and addresses are
    those of today, since the vault holds no others.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    first, last : date
        The period.
    replace : bool
        Whether to make a list again that already exists.
    progress : callable
        Called with each Monday before its list is made.

    Returns
    -------
    dict
        The folder of each Monday; None if its list already existed and was kept.

    Raises
    ------
    ConfigurationError
        The period has no Monday, one in the future, or one whose list is held back; or nothing has been loaded yet.
    """
    days = mondays(first, last)
    if not days:
        raise ConfigurationError(f"There is no Monday from {first} to {last}.")
    if days[-1] > calendar.today():
        raise ConfigurationError(f"{days[-1]} is still to come.", mend="Choose a Monday in the past.")
    if any(hold.held(workspace, day) for day in days):
        raise ConfigurationError(
            "A list of this period is held back, so it cannot be made again.",
            mend="`waakvlam status` says why.",
        )
    with open_warehouse(workspace, read_only=True) as con:
        require_loaded(con, workspace)
    folders: dict[date, Path | None] = {}
    for day in days:
        folder = workspace.output / day.isoformat()
        if (folder / "run_report.json").exists() and not replace:
            folders[day] = None
            continue
        progress(day)
        listed, report = make.make_list(workspace, day, [], [], False)
        publish(folder, listed)
        write_reports(workspace, folder, report, [])
        folders[day] = folder
    return folders
