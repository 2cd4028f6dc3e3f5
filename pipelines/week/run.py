"""The weekly run: from the inbox to the list on Monday morning.

Every step is a plain function of a workspace and a date; `pipelines.week.flows` runs the same steps as Prefect tasks.
The list is a pure function of the deliveries, the settings and the as-of date: no earlier list and no clock enters
it, so the same input gives the same bytes, also after a run that was killed halfway.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pipelines.delivery import inbox, ingest
from pipelines.exchange import collect, recheck, send
from pipelines.installation import calendar, logs, notify
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.publishing import quality_report
from pipelines.publishing.list_files import WeeklyList, publish
from pipelines.shortlist.make import make_list
from pipelines.warehouse.stores import open_warehouse

Result = TypeVar("Result")


class Step(Protocol):
    """How a step is run: called as it is, or as a task of a flow."""

    def __call__(self, name: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """Run one named step."""
        ...


def directly(name: str, function: Callable[..., Result], *arguments: Any) -> Result:  # noqa: ARG001
    """Run a step by calling it."""
    return function(*arguments)


@dataclass(frozen=True)
class Run:
    """What a weekly run made.

    `fell_short` holds, in English for the analyst, every reason why the run is not wholly good (exit code 1); `slow`
    the stages that took more than twice their usual time; `seconds` what each took.
    """

    as_of: date
    folder: Path
    weekly: WeeklyList
    report: dict[str, Any]
    fell_short: tuple[str, ...]
    slow: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def run(
    workspace: Workspace,
    as_of: date,
    step: Step = directly,
    progress: Callable[[inbox.Delivery], None] = lambda _: None,
    today: date | None = None,
) -> Run:
    """Run the whole week: load, judge, score, select, publish, report.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    as_of : date
        The moment 00:00 of this day; only what was known before it counts.
    step : Step
        How each step is run.
    progress : callable
        Told of each delivery before it is read.
    today : date, optional
        The day under which what the portal gives back is delivered; default today.

    Returns
    -------
    Run
        A refused, missing or stale delivery does not stop the list: it is made from what is there and says so.
    """
    workspace.settings  # noqa: B018 - where there is no workspace nothing is logged
    with notify.watching(workspace, "weekly") as problems:
        with logs.run(workspace.logs, "weekly") as log:
            made = _run(workspace, as_of, log, step, progress, today or calendar.today())
        made = replace(made, slow=tuple(_remember(workspace, log)), seconds=dict(log.seconds))
        problems += [*made.fell_short, *made.slow]
    return made


def _run(
    workspace: Workspace,
    as_of: date,
    log: logs.Log,
    outer: Step,
    progress: Callable[[inbox.Delivery], None],
    today: date,
) -> Run:
    def step(name: str, function: Callable[..., Result], *arguments: Any) -> Result:
        return outer(name, log.timed(name, function), *arguments)

    with_portal = workspace.settings.portal.enabled
    back = step("read back the portal", collect.read, workspace, today) if with_portal else None
    deliveries, wrong = step("find deliveries", inbox.find, workspace.inbox)
    outcomes = step("load deliveries", ingest.load_all, workspace, deliveries, progress)
    log.count(deliveries=len(deliveries), loaded=sum(o.loaded for o in outcomes))
    weekly, made = step("score and select", make_list, workspace, as_of, outcomes, wrong)
    if back:
        weekly = send.with_back(weekly, made, back)
    folder = workspace.output / as_of.isoformat()
    step("publish", publish, folder, weekly)
    made["watching"] = step("watch the signals", watching, workspace, as_of)
    if with_portal:
        sent = step("publish to the portal", send.publish, workspace, weekly, made, outcomes)
        send.note(made, sent)
        if as_of == calendar.last_monday(today) < today and not sent.problem:
            made["fell_short"] += step("look before the visit", recheck.once_more, workspace, today)
    step("report", write_reports, workspace, folder, made, outcomes)
    counts = made["counts"]
    log.count(agreements=counts["agreements"], scored=counts["scored"], listed=counts["listed"])
    log.fell_short(made["fell_short"])
    return Run(as_of, folder, weekly, made, tuple(made["fell_short"]))


def watching(workspace: Workspace, as_of: date) -> dict[str, Any] | None:
    """Compare the signals with the reference of the card, and write the page; None where `waakvlam monitor` pinned none."""
    if not (workspace.artefacts / "references").is_dir():
        return None
    from pipelines.learning import monitor  # scikit-learn: a second, where there is something to compare with

    told = monitor.watch(workspace, as_of)
    if told is None:
        return None
    monitor.write(workspace, told)
    psi = {shift["name"]: round(shift["value"], 4) for shift in told["shifts"] if shift["kind"] == "psi"}
    return {name: told[name] for name in ("reference", "warnings")} | {"psi": psi}


def _remember(workspace: Workspace, log: logs.Log) -> list[str]:
    """Take the run into the history of runs, and tell which stage took far longer than it used to."""
    with open_warehouse(workspace) as con:
        logs.gather(con, workspace.logs)
        return logs.slow(con, log.run)


def write_reports(
    workspace: Workspace, folder: Path, made: dict[str, Any], outcomes: list[ingest.Outcome]
) -> None:
    """Write `run_report.json` and the quality page beside the list."""
    write_text(folder / "run_report.json", json.dumps(made, indent=2, ensure_ascii=False, default=str) + "\n")
    with open_warehouse(workspace, read_only=True) as con:
        write_text(folder / "quality.html", quality_report.page(con, made, outcomes))
