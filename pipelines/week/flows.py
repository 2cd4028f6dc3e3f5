"""The flows in Prefect: named tasks that call the plain functions of `pipelines`.

A task gets a workspace and a date, never a row. Results stay in this process: nothing of a tenant enters Prefect's
database, and its artifact holds counts only.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

# Before Prefect is imported: no analytics from client or server, and time for a first start on a slow disk.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

from prefect import State, flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed
from prefect.tasks import exponential_backoff

from pipelines.installation import calendar, faults, logs, notify
from pipelines.installation.errors import ConfigurationError, FaultError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import retention, status
from pipelines.week import backfill as backfilling
from pipelines.week import run as steps

os.umask(0o077)  # as on the command line: whatever a run makes is for its owner only

# A busy warehouse or a network folder that is away for a moment mends itself; wrong data does not, and is no exception.
RETRIED = {
    "read back the portal",
    "find deliveries",
    "load deliveries",
    "publish",
    "publish to the portal",
    "look before the visit",
    "report",
    "remove",
}


HOUR = 3600


def as_task(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Run one step as a Prefect task of that name; what may mend itself is tried again after 10, 20, 40 seconds."""
    made: Any = task(
        name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=3 if name in RETRIED else 0,
        retry_delay_seconds=exponential_backoff(backoff_factor=10),
        retry_jitter_factor=0.2,
        retry_condition_fn=_mends_itself,
    )(_quietly(function))
    return made(*arguments)


def _quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the words of an error that is not ours out of Prefect's database: they may quote a row."""

    def quiet(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except faults.OURS:
            raise
        except Exception as error:  # noqa: BLE001 - every error becomes one without words of its own, and is raised
            raise faults.told(error) from None

    return quiet


def _mends_itself(task: Any, run: Any, state: State[Any]) -> bool:  # noqa: ARG001
    """Whether trying again can help: another run is busy, or a disk or a network is away for a moment."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, WaakvlamError) and not isinstance(error, ConfigurationError | FaultError)


def _cut_off(flow: Any, flow_run: Any, state: State[Any]) -> None:  # noqa: ARG001
    """Tell of a run whose process is gone: it cannot tell itself."""
    home = flow_run.parameters.get("home")
    if home:
        notify.tell(Workspace(Path(home)), f"{flow.name} run", ["The run was cut off; start it again."])


@flow(name="weekly", persist_result=False, timeout_seconds=6 * HOUR, on_crashed=[_cut_off])
def weekly(home: str = "data", as_of: date | None = None) -> State[None]:
    """Run the week as a flow; see `pipelines.week.run.run`.

    Parameters
    ----------
    home : str
        The workspace.
    as_of : date, optional
        Default the last Monday.

    Returns
    -------
    State
        Completed; by the name of FellShort where a delivery was refused, missing or stale, with what and why.
    """
    made = run_steps(Path(home), as_of or calendar.this_monday())
    for text in made.fell_short:
        get_run_logger().warning(text)
    return _ended(made.fell_short)


def _ended(problems: Sequence[str]) -> State[None]:
    return Completed(name="FellShort", message="; ".join(problems)) if problems else Completed()


@flow(name="check", persist_result=False, timeout_seconds=HOUR)
def check(home: str = "data") -> State[None]:
    """Look on Monday morning whether the list is there and all is well, and tell what is not."""
    workspace = Workspace(Path(home))
    found = as_task("status", status.status, workspace, calendar.now())
    notify.tell(workspace, "status", found.wrong)
    return _ended(found.wrong)


@flow(name="retention", persist_result=False, timeout_seconds=6 * HOUR, on_crashed=[_cut_off])
def remove_old(home: str = "data") -> State[None]:
    """Remove what is past its time; see `pipelines.operations.retention.retention`."""
    workspace = Workspace(Path(home))
    workspace.settings  # noqa: B018 - where there is no workspace nothing is logged
    with notify.watching(workspace, "retention"), logs.run(workspace.logs, "retention") as log:
        made = as_task("remove", log.timed("retention", retention.retention), workspace, calendar.today())
        log.count(**{item.what.replace(" ", "_"): item.number for item in made})
    rows = [{"what": item.what, "removed": item.number, "before": str(item.before)} for item in made]
    create_table_artifact(
        key="retention", table=rows, description="What was past its time and is gone: counts"
    )
    return Completed()


@flow(name="training", persist_result=False, timeout_seconds=12 * HOUR, on_crashed=[_cut_off])
def training(home: str = "data", as_of: date | None = None) -> State[None]:
    """Propose a scorecard; nothing is installed before a person did so with `waakvlam promote`."""
    from pipelines.learning import training as proposing  # scikit-learn: a second, for this flow only

    workspace, day = Workspace(Path(home)), as_of or calendar.this_monday()
    workspace.settings  # noqa: B018 - where there is no workspace nothing is logged
    with notify.watching(workspace, "training") as told, logs.run(workspace.logs, "training") as log:
        card, report = as_task("propose", log.timed("propose", proposing.propose), workspace, day)
        verdict = f"{card.name}-{card.version}: {report['verdict']}"
        if report["adopted"]:
            told.append(
                f"{verdict} Read its report, then `waakvlam promote {card.name}-{card.version} --by NAME`."
            )
    create_table_artifact(
        key="training", table=[{"what": "proposal", "value": verdict}], description="A proposal"
    )
    return Completed(message=verdict)


@flow(name="backfill", persist_result=False, timeout_seconds=12 * HOUR)
def backfill(first: date, last: date, home: str = "data", replace: bool = False) -> State[None]:
    """Make past lists; see `pipelines.week.backfill.backfill`."""
    workspace = Workspace(Path(home))
    workspace.settings  # noqa: B018 - where there is no workspace nothing is logged
    with logs.run(workspace.logs, "backfill") as log:

        def make() -> dict[date, Path | None]:
            return backfilling.backfill(workspace, first, last, replace=replace)

        made = as_task("lists", log.timed("lists", make))
        number = sum(folder is not None for folder in made.values())
        log.count(lists=number)
    return Completed(message=f"{number} lists made, {len(made) - number} were there")


def run_steps(home: Path, as_of: date) -> steps.Run:
    """Run the steps as tasks of the present flow and leave the run's figures as an artifact."""
    made = steps.run(Workspace(home), as_of, as_task)
    counts = made.report["counts"]
    rows = [{"what": "as of", "value": as_of.isoformat()}, {"what": "model", "value": made.report["model"]}]
    rows += [{"what": name, "value": counts[name]} for name in ("agreements", "scored", "listed")]
    rows += [
        {"what": f"{kind}: {name}", "value": n}
        for kind in ("excluded", "not_listed")
        for name, n in counts[kind].items()
    ]
    rows += [
        {"what": f"delivery {state}", "value": n} for state, n in _states(made.report["deliveries"]).items()
    ]
    rows += [
        {"what": f"newest {item['extract']}", "value": item["newest"] or "never"}
        for item in made.report["freshness"]
        if item["expected"]
    ]
    rows += [{"what": "seconds: " + name, "value": n} for name, n in made.seconds.items()]
    rows += [{"what": "fell short", "value": text} for text in made.fell_short]
    rows += [{"what": "slow", "value": text} for text in made.slow]
    rows += [{"what": "drift", "value": text} for text in (made.report["watching"] or {}).get("warnings", [])]
    create_table_artifact(
        key="weekly-figures", table=rows, description="Figures of the weekly run: counts, no addresses"
    )
    return made


def _states(deliveries: list[dict[str, Any]]) -> Counter[str]:
    return Counter(entry["state"] for entry in deliveries)


def run_flow(home: Path, as_of: date) -> steps.Run:
    """Run the flow from the command line and hand back what it made."""
    made: Any = flow(name="weekly", persist_result=False, validate_parameters=False)(run_steps)
    return made(home, as_of)
