"""Past lists as they would have been: from what was known then, with today's settings and scorecard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.publishing.list_files import publish
from pipelines.shortlist import make
from pipelines.week import run


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

    Nothing is loaded, and nothing is kept as decided: nobody visited on these lists. Names and addresses are those
    of now, since the vault holds no others.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    first, last : date
        The period.
    replace : bool
        Whether a list that is there is made again.
    progress : callable
        Told of each Monday before it is made.

    Returns
    -------
    dict
        The folder of each Monday; None where a list was there and stayed.

    Raises
    ------
    ConfigurationError
        There is no Monday in the period, or one lies in the future.
    """
    days = mondays(first, last)
    if not days:
        raise ConfigurationError(f"There is no Monday from {first} to {last}.")
    if days[-1] > calendar.today():
        raise ConfigurationError(f"{days[-1]} is still to come.", mend="Of the future nothing is known.")
    made: dict[date, Path | None] = {}
    for day in days:
        folder = workspace.output / day.isoformat()
        if (folder / "run_report.json").exists() and not replace:
            made[day] = None
            continue
        progress(day)
        listed, report = make.make_list(workspace, day, [], [], False)
        publish(folder, listed)
        run.write_reports(workspace, folder, report, [])
        made[day] = folder
    return made
