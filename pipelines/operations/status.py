"""Summarise the installation in ten lines: last run, missing data, next action."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from pipelines.delivery import freshness
from pipelines.installation import calendar, logs
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.proof import hold
from pipelines.reading import inbox
from pipelines.sources.ledger import read_ledger
from pipelines.warehouse import unresolved
from pipelines.warehouse.stores import attach, open_warehouse

EXPECTED_BY = 7  # hour on Monday by which the list should exist: the run starts at six
MOST = 5
"""Maximum number of problems of one kind to list; the others are counted."""


@dataclass(frozen=True)
class Line:
    """One line of the summary, and the actions that it asks of a person."""

    name: str
    text: str
    wrong: tuple[str, ...] = ()


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
    warehouse, freshness_line, loaded = _warehouse(workspace, now)
    lines = [
        Line("corporation", f"{settings.naam} ({settings.corporatie_id}), {workspace.home}"),
        _last_run(workspace, events),
        _last_list(workspace, now),
        warehouse,
        freshness_line,
        *_sources(workspace),
        _inbox(workspace, loaded),
        _last(events, "backup", now, 8),
        _last(events, "retention", now, 35),
        _disk(workspace),
    ]
    wrong = tuple(text for line in lines for text in line.wrong)
    lines.append(
        Line("to do", wrong[0] if len(wrong) == 1 else f"{len(wrong)} things" if wrong else "nothing")
    )
    return Status(tuple((line.name, line.text) for line in lines), wrong)


def _warehouse(workspace: Workspace, now: datetime) -> tuple[Line, Line, frozenset[str]]:
    """Return the lines of the warehouse and of freshness, and the names of the files that were loaded."""
    try:
        with open_warehouse(workspace, read_only=True, brief=True) as con:
            number, newest = con.execute("SELECT count(*), max(peildatum) FROM run.deliveries").fetchall()[0]
            files = con.execute("SELECT file_name FROM run.deliveries").fetchall()
            fresh = _freshness(freshness.freshness(con, workspace.settings, calendar.last_monday(now.date())))
            rows = [row.finding for row in unresolved.unresolved(con)]
            actions = _first(rows, "rows that match nobody (`waakvlam unresolved`)")
            actions += [unresolved.MEND] if rows else []
            attach(con, workspace, "vault", read_only=True)
            if unfinished_erasures(con):
                actions.append(
                    "An erasure is not finished: run `waakvlam subject erase` for that tenant again."
                )
    except WaakvlamError as error:
        return Line("warehouse", str(error), (str(error),)), Line("freshness", "nothing yet"), frozenset()
    loaded = frozenset(name for (name,) in files)
    held = f"{number} deliveries, the newest of {newest}" if number else "no deliveries yet"
    return Line("warehouse", held, tuple(actions)), fresh, loaded


def unfinished_erasures(con: duckdb.DuckDBPyConnection) -> int:
    """Return the number of erasures that were started and not finished; the vault is attached."""
    known = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'vault' AND table_name = 'erasures'"
    if not con.execute(known).fetchall()[0][0]:
        return 0
    return int(con.execute("SELECT count(*) FROM vault.main.erasures").fetchall()[0][0])


def _freshness(fresh: Sequence[freshness.Freshness]) -> Line:
    """Return which expected extracts are stale, and which did not come although one usually has by now."""
    overdue = {"stale": [f for f in fresh if f.stale], "late": [f for f in fresh if f.late]}
    if not any(overdue.values()):
        return Line("freshness", "every expected extract is fresh")
    listed = []
    for word, some in overdue.items():
        dated = [f"{f.name} ({f.newest or 'never'})" for f in some]
        listed += [f"{word}: {', '.join(dated)}"] if some else []
    names = ", ".join(f.name for some in overdue.values() for f in some)
    return Line("freshness", "; ".join(listed), (f"Ask for new exports of {names}.",))


def _sources(workspace: Workspace) -> list[Line]:
    """Return when each source was last asked, and its problems; nothing if the settings name no source."""
    names = [source.name for source in workspace.settings.sources]
    if not names:
        return []
    try:
        last = [entry for entry in read_ledger(workspace).last() if entry.source in names]
    except WaakvlamError as error:
        return [Line("sources", "unknown", (str(error),))]
    wrong = tuple(problem for entry in last for problem in entry.problems)
    newest = max((entry.at for entry in last), default="")
    when = f"{datetime.fromisoformat(newest).astimezone():%Y-%m-%d %H:%M}" if newest else "never"
    return [Line("sources", f"{len(names)} sources, last asked {when}, {len(wrong)} problems", wrong)]


def _inbox(workspace: Workspace, loaded: frozenset[str]) -> Line:
    waiting, odd = inbox.find(workspace.inbox)
    new = [delivery for delivery in waiting if delivery.name not in loaded]
    text = f"{len(new)} files to load, {len(waiting) - len(new)} loaded, {len(odd)} that are not deliveries"
    return Line("inbox", text, tuple(_first([str(error) for error in odd], "files that are not deliveries")))


def _disk(workspace: Workspace) -> Line:
    free, used = shutil.disk_usage(workspace.home).free, _size(workspace)
    text = f"{used / 1e6:,.0f} MB here, {free / 1e9:,.1f} GB free"
    if free < max(1e9, 3 * used):
        return Line("disk", text, ("Free disk space: a run needs up to three times the size of the stores.",))
    return Line("disk", text)


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


def _last_run(workspace: Workspace, events: list[dict[str, Any]]) -> Line:
    started = next((e for e in reversed(events) if e["verb"] == "weekly" and e["event"] == "started"), None)
    if started is None:
        return Line("last run", "never")
    at = f"{datetime.fromisoformat(started['at']).astimezone():%Y-%m-%d %H:%M}"
    ended = next((e for e in events if e["run"] == started["run"] and e["event"] == "ended"), None)
    if ended is None:
        if logs.lives(workspace.logs, started):
            return Line("last run", f"{at}, busy now (process {started['process']})")
        action = "The last weekly run was cut off: start `waakvlam weekly` again."
        return Line("last run", f"{at}, cut off", (action,))
    problems = _still(workspace, ended.get("problems") or [ended["said"]])
    wrong = [] if ended["outcome"] == "good" else _first(problems, "problems (quality.html of that list)")
    return Line("last run", f"{at}, {ended['outcome']}, {ended['seconds']:.0f} s", tuple(wrong))


def _still(workspace: Workspace, problems: Sequence[str]) -> list[str]:
    """Leave out a pause, which the line of the last list describes; if publication was resumed since, say what to do."""
    others = [text for text in problems if not text.startswith(hold.PAUSED)]
    if len(others) < len(problems) and hold.paused(workspace) is None:
        others.insert(0, "Publication was resumed since: start `waakvlam weekly` to make the list.")
    return others


def _first(texts: Sequence[str], kind: str) -> list[str]:
    """Return the first texts, and the number of further ones of each kind."""
    more = len(texts) - MOST
    return [*texts[:MOST], f"{more} more {kind}."] if more > 0 else list(texts)


def _last_list(workspace: Workspace, now: datetime) -> Line:
    lists = _lists(workspace)
    missed = missed_monday(workspace, now)
    text = f"{lists[-1]}, of {len(lists)}" if lists else "none yet"
    held, decide = hold.state(workspace, calendar.last_monday(now.date()))
    if held != hold.PUBLISHED:
        text += f"; {held}"
    if decide:
        return Line("last list", text, (decide,))
    if missed is None:
        return Line("last list", text)
    action = f"The list of Monday {missed} was not made: start `waakvlam weekly`, and find out why it did not start."
    return Line("last list", text, (action,))


def _last(events: list[dict[str, Any]], verb: str, now: datetime, days: int) -> Line:
    """Return when a command last succeeded; more than `days` ago, it asks to run the command again."""
    succeeded = [
        e["at"] for e in events if e["verb"] == verb and e["event"] == "ended" and e["outcome"] == "good"
    ]
    began = min((datetime.fromisoformat(e["at"]) for e in events), default=None)
    last = max((datetime.fromisoformat(at) for at in succeeded), default=None)
    text = f"{last.astimezone():%Y-%m-%d %H:%M}" if last else "never"
    since = last or began
    if since is None or now.astimezone() - since <= timedelta(days=days):
        return Line(verb, text)
    done = f"on {last:%Y-%m-%d}" if last else "never"
    return Line(verb, text, (f"Run `waakvlam {verb}`: it was last done {done}.",))


def _size(workspace: Workspace) -> int:
    return sum(path.stat().st_size for path in workspace.stores.glob("*.duckdb*"))
