"""The weekly run: from the inbox to the list on Monday morning.

The steps are declared in `pipelines.week.steps`; `pipelines.week.flows` runs the same steps as Prefect tasks. The list
depends on the deliveries, the settings and the as-of date, and on no clock. Of earlier lists it only says who was on the last
one. The same input therefore gives the same bytes, even after a run that was killed halfway.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.delivery.ingest import PORTAL, Outcome
from pipelines.exchange import send
from pipelines.exchange.collect import Collected
from pipelines.installation import calendar, logs, notify
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.proof import hold
from pipelines.publishing.list_files import WeeklyList
from pipelines.reading import inbox
from pipelines.shortlist.make import not_published
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import steps
from pipelines.week.report import RunReport, run_report
from pipelines.week.steps import Result, Runner, Step, directly


@dataclass(frozen=True)
class Run:
    """A finished weekly run.

    Parameters
    ----------
    as_of : datetime.date
        The as-of date of the list.
    folder : Path
        The folder of the list and the reports.
    weekly : WeeklyList
        The list.
    report : RunReport
        The content of `run_report.json`.
    slow : tuple of str
        The steps that took more than twice their usual time.
    seconds : mapping of str to float
        Duration of each step.
    """

    as_of: date
    folder: Path
    weekly: WeeklyList
    report: RunReport
    slow: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def fell_short(self) -> tuple[str, ...]:
        """Every reason why the run fell short (exit code 1), in English for the analyst."""
        return self.report.fell_short


def run(
    workspace: Workspace,
    as_of: date,
    runner: Runner = directly,
    progress: Callable[[inbox.Delivery], None] = lambda _: None,
    today: date | None = None,
) -> Run:
    """Run the whole week: fetch, load and judge deliveries, score, select, publish and report.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    as_of : date
        Only facts known before 00:00 of this day count.
    runner : Runner
        Runs each step: directly, or as a Prefect task.
    progress : callable
        Called with each delivery before it is read.
    today : date, optional
        The peildatum of the deliveries that are read back from the portal; default today.

    Returns
    -------
    Run
        A refused, missing or stale delivery does not stop the list: the list uses what was loaded and says so.
    """
    workspace.settings  # noqa: B018 - without a workspace nothing is logged
    with notify.watching(workspace, "weekly") as problems:
        with logs.run(workspace.logs, "weekly") as log:
            result = _run(workspace, as_of, log, runner, progress, today or calendar.today())
        result = replace(result, slow=tuple(_remember(workspace, log)), seconds=dict(log.seconds))
        problems += [*result.fell_short, *result.slow]
    return result


def _run(
    workspace: Workspace,
    as_of: date,
    log: logs.Log,
    runner: Runner,
    progress: Callable[[inbox.Delivery], None],
    today: date,
) -> Run:
    def do(step: Step[..., Result], *arguments: Any) -> Result:
        return runner(step.timed(log), *arguments)

    with_portal = workspace.settings.portal.enabled
    fetched = do(steps.FETCH, workspace, today) if workspace.settings.sources else ()
    outcomes, misnamed, collected = _load(do, workspace, today, progress)
    log.count(deliveries=len(outcomes), loaded=sum(o.loaded for o in outcomes))
    watch = do(steps.WATCH, workspace, as_of)
    drifted = watch.warnings if watch else ()
    weekly, listed = do(steps.SELECT, workspace, as_of, outcomes, misnamed, drifted)
    problems = [problem for source in fetched for problem in source.problems]
    if collected:
        weekly = send.with_notice(weekly, collected)
        if collected.problem:
            problems.append(f"Nothing came back from the portal. {collected.problem}")
    folder = workspace.output / as_of.isoformat()
    published = not not_published(as_of, listed.counts, listed.freshness)
    if published:
        do(steps.PUBLISH, folder, weekly)
    sent = None
    if with_portal and published:
        stop = hold.stop_rule(workspace, as_of)
        sent = do(steps.SEND, workspace, weekly, listed, watch.psi if watch else {}, outcomes, stop)
        if sent.problem:
            problems.append(f"The list is not in the portal: run `waakvlam weekly` again. {sent.problem}")
        elif as_of == calendar.last_monday(today) < today:
            unseen: list[str] = do(steps.RECHECK, workspace, today)
            problems += unseen
        if workspace.settings.webhooks:
            do(steps.WEBHOOKS, workspace)
    report = run_report(workspace, listed, watch, collected, sent, fetched, tuple(problems))
    do(steps.REPORT, workspace, folder, report, outcomes)
    counts = report.counts
    log.count(agreements=counts.agreements, scored=counts.scored, listed=counts.listed)
    log.fell_short(report.fell_short)
    return Run(as_of, folder, weekly, report)


def _load(
    do: Callable[..., Any], workspace: Workspace, today: date, progress: Callable[[inbox.Delivery], None]
) -> tuple[list[Outcome], list[DeliveryError], Collected | None]:
    """Load the deliveries, and after those of the corporations what the portal gives back, if there is one.

    Somebody typed an address into the portal, and only the register says which home that is: the newest one has to be loaded.
    """
    deliveries, misnamed = do(steps.FIND, workspace.inbox)
    if not workspace.settings.portal.enabled:
        return do(steps.LOAD, workspace, deliveries, progress), misnamed, None
    sources = [delivery for delivery in deliveries if delivery.source != PORTAL]
    outcomes = do(steps.LOAD, workspace, sources, progress)
    collected = do(steps.COLLECT, workspace, today)
    deliveries, misnamed = do(steps.FIND, workspace.inbox)
    given = [delivery for delivery in deliveries if delivery.source == PORTAL]
    return [*outcomes, *do(steps.LOAD_PORTAL, workspace, given, progress)], misnamed, collected


def _remember(workspace: Workspace, log: logs.Log) -> list[str]:
    """Store the run in the history of runs and return a sentence on each step that took far longer than usual."""
    with open_warehouse(workspace) as con:
        logs.gather(con, workspace.logs)
        return logs.slow(con, log.run)
