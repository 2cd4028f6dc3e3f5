"""Summarise the installation in ten lines: last run, missing data, next action."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pipelines.delivery import freshness, inbox
from pipelines.installation import calendar, logs
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import open_warehouse

EXPECTED_BY = 7  # hour on Monday by which the list should exist: the run starts at six


@dataclass(frozen=True)
class Status:
    """The ten lines of the summary, and the actions that a person has to take."""

    lines: tuple[tuple[str, str], ...]
    wrong: tuple[str, ...]


def status(workspace: Workspace, now: datetime) -> Status:
    """Summarise the state of an installation; reads only.

    Parameters
    ----------
    now : datetime
        The current local time.
    """
    settings = workspace.settings
    events = logs.read(workspace.logs)
    wrong: list[str] = []
    lines = [("corporation", f"{settings.naam} ({settings.corporatie_id}), {workspace.home}")]
    lines.append(("last run", _last_run(workspace, events, wrong)))
    lines.append(("last list", _last_list(workspace, now, wrong)))
    waiting, odd = inbox.find(workspace.inbox)
    loaded, stale, loaded_files = "nothing yet", "nothing yet", set[str]()
    try:
        with open_warehouse(workspace, read_only=True) as con:
            number, newest = con.execute("SELECT count(*), max(peildatum) FROM run.deliveries").fetchall()[0]
            loaded_files = {
                name for (name,) in con.execute("SELECT file_name FROM run.deliveries").fetchall()
            }
            old = [f for f in freshness.freshness(con, settings, now.date()) if f.stale]
        loaded = f"{number} deliveries, the newest of {newest}"
        stale = "every expected extract is fresh"
        if old:
            stale = "stale: " + ", ".join(f"{f.extract} ({f.newest or 'never'})" for f in old)
            wrong.append(f"Ask for new exports of {', '.join(f.extract for f in old)}.")
    except WaakvlamError as error:
        loaded = str(error)
        wrong.append(str(error))
    lines += [("warehouse", loaded), ("freshness", stale)]
    new = [d for d in waiting if d.name not in loaded_files]
    lines.append(
        (
            "inbox",
            f"{len(new)} files to load, {len(waiting) - len(new)} loaded, {len(odd)} that are not deliveries",
        )
    )
    wrong += [str(error) for error in odd]
    lines.append(("backup", _last(events, "backup", now, 8, wrong)))
    lines.append(("retention", _last(events, "retention", now, 35, wrong)))
    free, used = shutil.disk_usage(workspace.home).free, _size(workspace)
    lines.append(("disk", f"{used / 1e6:,.0f} MB here, {free / 1e9:,.1f} GB free"))
    if free < max(1e9, 3 * used):
        wrong.append("Free disk space: a run needs up to three times the size of the stores.")
    lines.append(("to do", wrong[0] if len(wrong) == 1 else f"{len(wrong)} things" if wrong else "nothing"))
    return Status(tuple(lines), tuple(wrong))


def missed_monday(workspace: Workspace, now: datetime) -> date | None:
    """Return the most recent Monday if its list is overdue, else None."""
    monday = calendar.last_monday(now.date())
    if now < datetime.combine(monday, datetime.min.time(), now.tzinfo) + timedelta(hours=EXPECTED_BY):
        monday -= calendar.WEEK
    lists = _lists(workspace)
    return monday if lists and lists[-1] < monday else None


def _lists(workspace: Workspace) -> list[date]:
    mondays = []
    for path in workspace.output.glob("*/run_report.json"):
        try:
            mondays.append(date.fromisoformat(path.parent.name))
        except ValueError:
            continue
    return sorted(mondays)


def _last_run(workspace: Workspace, events: list[dict[str, Any]], wrong: list[str]) -> str:
    started = next((e for e in reversed(events) if e["verb"] == "weekly" and e["event"] == "started"), None)
    if started is None:
        return "never"
    at = f"{datetime.fromisoformat(started['at']).astimezone():%Y-%m-%d %H:%M}"
    ended = next((e for e in events if e["run"] == started["run"] and e["event"] == "ended"), None)
    if ended is None:
        if logs.lives(workspace.logs, started):
            return f"{at}, busy now (process {started['process']})"
        wrong.append("The last weekly run was cut off: start `waakvlam weekly` again.")
        return f"{at}, cut off"
    if ended["outcome"] != "good":
        wrong.append(ended["said"])
    return f"{at}, {ended['outcome']}, {ended['seconds']:.0f} s"


def _last_list(workspace: Workspace, now: datetime, wrong: list[str]) -> str:
    lists = _lists(workspace)
    missed = missed_monday(workspace, now)
    if missed:
        wrong.append(
            f"The list of Monday {missed} was not made: start `waakvlam weekly`, and find out why it did not start."
        )
    return f"{lists[-1]}, of {len(lists)}" if lists else "none yet"


def _last(events: list[dict[str, Any]], verb: str, now: datetime, days: int, wrong: list[str]) -> str:
    """Return when a command last succeeded; add an action to `wrong` if that was more than `days` ago."""
    succeeded = [
        e["at"] for e in events if e["verb"] == verb and e["event"] == "ended" and e["outcome"] == "good"
    ]
    began = min((datetime.fromisoformat(e["at"]) for e in events), default=None)
    last = max((datetime.fromisoformat(at) for at in succeeded), default=None)
    since = last or began
    if since is not None and now.astimezone() - since > timedelta(days=days):
        wrong.append(f"Run `waakvlam {verb}`: it was last done {f'on {last:%Y-%m-%d}' if last else 'never'}.")
    return f"{last.astimezone():%Y-%m-%d %H:%M}" if last else "never"


def _size(workspace: Workspace) -> int:
    return sum(path.stat().st_size for path in workspace.stores.glob("*.duckdb*"))
