"""Define the Prefect flows: named tasks that call the plain functions of `pipelines`.

A task receives a workspace and a date, never a row. Results stay in this process, so nothing about a tenant enters
Prefect's database, and its artifact holds only counts.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Set before Prefect is imported: no analytics of client and server, and time for a first start on a slow disk.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import State, flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.deployments import run_deployment
from prefect.states import Cancelled, Completed
from prefect.tasks import exponential_backoff

from models.card.scorecard import Scorecard
from pipelines.delivery import freshness
from pipelines.installation import calendar, faults, logs, notify
from pipelines.installation.errors import ConfigurationError, FaultError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import retention, status
from pipelines.week import backfill as backfilling
from pipelines.week import turns
from pipelines.week.run import Run, run
from pipelines.week.steps import Parameters, Result, Step

if TYPE_CHECKING:
    from pipelines.learning.training_report import TrainingReport

os.umask(0o077)  # as on the command line: files of a run are for its owner only

HOUR = 3600


def _propose(workspace: Workspace, as_of: date) -> tuple[Scorecard, TrainingReport]:
    from pipelines.learning import training  # imports scikit-learn: a second, for this flow only

    return training.propose(workspace, as_of)


STATUS = Step("status", status.status, retried=False)
REMOVE = Step("remove", retention.retention, retried=True)
PROPOSE = Step("propose", _propose, retried=False)
BACKFILL = Step("lists", backfilling.backfill, retried=False)


def as_task(
    step: Step[Parameters, Result], *arguments: Parameters.args, **options: Parameters.kwargs
) -> Result:
    """Run one step as a Prefect task."""
    result: Result = prefect_task(step)(*arguments, **options)
    return result


def prefect_task(step: Step[Parameters, Result]) -> Any:
    """Return the Prefect task of a step; a step that is retried is called again after 10, 20 and 40 seconds."""
    return task(
        name=step.name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=3 if step.retried else 0,
        retry_delay_seconds=exponential_backoff(backoff_factor=10),
        retry_jitter_factor=0.2,
        retry_condition_fn=_may_pass,
    )(_quietly(step.function))


def _quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep messages of foreign errors out of Prefect's database, because they may quote a row."""

    def quiet(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except faults.OURS:
            raise
        except Exception as error:  # noqa: BLE001 - replace every error by one without its message, and raise that
            raise faults.explain(error) from None

    return quiet


def _may_pass(task: Any, run: Any, state: State[Any]) -> bool:  # noqa: ARG001
    """Return whether trying again can help: another run is busy, or a disk or network is away for a moment."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, WaakvlamError) and not isinstance(error, ConfigurationError | FaultError)


def _cut_off(flow: Any, flow_run: Any, state: State[Any]) -> None:  # noqa: ARG001
    """Send a notice about a run whose process is gone."""
    home = flow_run.parameters.get("home")
    if home:
        event = f"A {flow.name} run was cut off; start it again."
        notify.happened(Workspace(Path(home)), f"{flow.name} run", [event])


@flow(name="weekly", persist_result=False, timeout_seconds=6 * HOUR, on_crashed=[_cut_off])
def weekly(home: str = "data", as_of: date | None = None) -> State[None]:
    """Run the week as a flow; see `pipelines.week.run.run`.

    Parameters
    ----------
    home : str
        The workspace.
    as_of : date, optional
        As-of date; default: the current Monday.

    Returns
    -------
    State
        Completed; named FellShort with the reasons if a delivery was refused, missing or stale. Cancelled if another
        weekly run is busy.
    """
    try:
        with turns.turn(Workspace(Path(home)), "weekly"):
            if as_of is None:
                freshness.check_clock(Workspace(Path(home)), calendar.today())
            result = run_steps(Path(home), as_of or calendar.this_monday())
    except turns.BusyError as error:
        return Cancelled(message=str(error))
    for text in result.fell_short:
        get_run_logger().warning(text)
    return _ended(result.fell_short)


def _ended(problems: Sequence[str]) -> State[None]:
    return Completed(name="FellShort", message="; ".join(problems)) if problems else Completed()


@flow(name="check", persist_result=False, timeout_seconds=HOUR)
def check(home: str = "data") -> State[None]:
    """Send a notice of problems on Monday morning, and start the weekly run again if it was cut off.

    This flow takes no turn, because it must also run while a weekly run is busy or dead.
    """
    workspace = Workspace(Path(home))
    with turns.living(workspace):
        if any(run.deployment == "weekly" for run in turns.close_dead(workspace)):
            run_deployment("weekly/weekly", timeout=0, as_subflow=False)
        summary = as_task(STATUS, workspace, calendar.now())
        notify.send(workspace, "status", summary.wrong)
    return _ended(summary.wrong)


@flow(name="retention", persist_result=False, timeout_seconds=6 * HOUR, on_crashed=[_cut_off])
def remove_old(home: str = "data") -> State[None]:
    """Remove data past their retention period; see `pipelines.operations.retention.retention`."""
    workspace = Workspace(Path(home))
    workspace.settings  # noqa: B018 - raises before logging if there is no workspace
    with (
        turns.turn(workspace, "retention"),
        notify.watching(workspace, "retention"),
        logs.run(workspace.logs, "retention") as log,
    ):
        retention.check_clock(workspace, calendar.today())
        removed = as_task(REMOVE.timed(log), workspace, calendar.today())
        log.count(**{item.kind.replace(" ", "_"): item.number for item in removed})
    rows = [{"what": item.kind, "removed": item.number, "before": str(item.before)} for item in removed]
    create_table_artifact(
        key="retention", table=rows, description="Data past their retention period that were removed: counts"
    )
    return Completed()


@flow(name="training", persist_result=False, timeout_seconds=12 * HOUR, on_crashed=[_cut_off])
def training(home: str = "data", as_of: date | None = None) -> State[None]:
    """Propose a scorecard; only `waakvlam promote` installs it."""
    workspace, day = Workspace(Path(home)), as_of or calendar.this_monday()
    workspace.settings  # noqa: B018 - raises before logging if there is no workspace
    with (
        turns.turn(workspace, "training"),
        notify.watching(workspace, "training") as problems,
        logs.run(workspace.logs, "training") as log,
    ):
        card, report = as_task(PROPOSE.timed(log), workspace, day)
        verdict = f"{card.name}-{card.version}: {report.verdict}"
        if report.adopted:
            problems.append(
                f"{verdict} Read its report, then `waakvlam promote {card.name}-{card.version} --by NAME`."
            )
    create_table_artifact(
        key="training", table=[{"what": "proposal", "value": verdict}], description="A proposal"
    )
    return Completed(message=verdict)


@flow(name="backfill", persist_result=False, timeout_seconds=12 * HOUR)
def backfill(first: date, last: date, home: str = "data", replace: bool = False) -> State[None]:
    """Make lists of past weeks; see `pipelines.week.backfill.backfill`."""
    workspace = Workspace(Path(home))
    workspace.settings  # noqa: B018 - raises before logging if there is no workspace
    with turns.turn(workspace, "backfill"), logs.run(workspace.logs, "backfill") as log:
        folders = as_task(BACKFILL.timed(log), workspace, first, last, replace=replace)
        number = sum(folder is not None for folder in folders.values())
        log.count(lists=number)
    return Completed(message=f"{number} lists made, {len(folders) - number} were there")


def run_steps(home: Path, as_of: date) -> Run:
    """Run the steps as tasks of the current flow, and store the run's figures as an artifact."""
    workspace = Workspace(home)
    with turns.living(workspace):
        result = run(workspace, as_of, as_task)
    rows = [{"what": figure, "value": value} for figure, value in _figures(result)]
    create_table_artifact(
        key="weekly-figures", table=rows, description="Figures of the weekly run: counts, no addresses"
    )
    return result


def _figures(result: Run) -> Iterator[tuple[str, object]]:
    report = result.report
    counts = report.counts
    yield "as of", result.as_of.isoformat()
    yield "model", report.model
    yield from (("agreements", counts.agreements), ("scored", counts.scored), ("listed", counts.listed))
    for kind, numbers in (("excluded", counts.excluded), ("not_listed", counts.not_listed)):
        yield from ((f"{kind}: {name}", number) for name, number in numbers.items())
    states = Counter(delivery.state for delivery in report.deliveries)
    yield from ((f"delivery {state}", number) for state, number in states.items())
    for item in report.freshness:
        if item.expected:
            yield f"newest {item.name}", item.newest.isoformat() if item.newest else "never"
    yield from (("seconds: " + name, seconds) for name, seconds in result.seconds.items())
    yield from (("fell short", text) for text in result.fell_short)
    yield from (("slow", text) for text in result.slow)
    yield from (("drift", text) for text in (report.watching.warnings if report.watching else ()))


def run_flow(home: Path, as_of: date) -> Run:
    """Run the flow from the command line and return its result."""
    weekly_flow: Any = flow(name="weekly", persist_result=False, validate_parameters=False)(run_steps)
    result: Run = weekly_flow(home, as_of)
    return result
