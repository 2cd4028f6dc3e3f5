"""The weekly flow in Prefect: named tasks that call the plain functions of `pipelines.weekly`.

A task gets a workspace and a date, never a row. Results stay in this process: nothing of a tenant enters Prefect's
database, and its artifact holds counts only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
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

from pipelines import weekly as steps
from pipelines.workspace import Workspace

# A busy warehouse or a network folder that is away for a moment mends itself; wrong data does not, and is no exception.
RETRIED = {"find deliveries", "load deliveries", "publish", "report"}


def as_task(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Run one step as a Prefect task of that name."""
    retried = name in RETRIED
    made: Any = task(name=name, cache_policy=NO_CACHE, persist_result=False)(function)
    return made.with_options(retries=2 if retried else 0, retry_delay_seconds=[5, 30] if retried else None)(
        *arguments
    )


@flow(name="weekly", persist_result=False)
def weekly(home: str = "data", as_of: date | None = None) -> State[None]:
    """Run the week as a flow; see `pipelines.weekly.run`.

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
    made = run_steps(Path(home), as_of or steps.last_monday(date.today()))
    for text in made.fell_short:
        get_run_logger().warning(text)
    return Completed(name="FellShort", message="; ".join(made.fell_short)) if made.fell_short else Completed()


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
    rows += [{"what": "fell short", "value": text} for text in made.fell_short]
    create_table_artifact(
        key="weekly-figures", table=rows, description="Figures of the weekly run: counts, no addresses"
    )
    return made


def run_flow(home: Path, as_of: date) -> steps.Run:
    """Run the flow from the command line and hand back what it made."""
    made: Any = flow(name="weekly", persist_result=False, validate_parameters=False)(run_steps)
    return made(home, as_of)
