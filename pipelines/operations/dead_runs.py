"""Recognise the Prefect runs of a workspace whose process is gone, for example after a power cut.

Prefect's server counts such a run as running for ever, because the process that would have reported its end is gone too. Each
flow therefore holds a file of this workspace while it lives, and a run that nobody holds is dead. This works for runs on this
machine: a second machine with workers needs a workspace of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.installation import held
from pipelines.installation.workspace import Workspace

GRACE = {
    "RUNNING": timedelta(minutes=1),
    "PENDING": timedelta(minutes=10),
    "CANCELLING": timedelta(minutes=10),
}
"""How long a run may be in a state without holding its file: time to start or to end."""


@dataclass(frozen=True)
class PrefectRun:
    """A run as Prefect's server describes it.

    Parameters
    ----------
    id : str
        Prefect's number of the run.
    deployment : str
        Name of its deployment, such as "weekly"; empty for a run from the command line.
    state : str
        Prefect's state type, such as "RUNNING".
    since : datetime
        When it entered that state.
    home : str
        The workspace among its parameters.
    """

    id: str
    deployment: str
    state: str
    since: datetime
    home: str

    def __str__(self) -> str:
        return f"the {self.deployment or 'weekly'} run of {self.since.astimezone():%Y-%m-%d %H:%M}"


def from_json(
    runs: Sequence[Mapping[str, Any]], deployments: Sequence[Mapping[str, Any]]
) -> list[PrefectRun]:
    """Read runs and deployments as Prefect's server returns them."""
    names = {str(deployment["id"]): str(deployment["name"]) for deployment in deployments}
    return [
        PrefectRun(
            str(run["id"]),
            names.get(str(run.get("deployment_id")), ""),
            str(run["state"]["type"]),
            datetime.fromisoformat(str(run["state"]["timestamp"]).replace("Z", "+00:00")),
            str((run.get("parameters") or {}).get("home", "")),
        )
        for run in runs
        if run.get("state")
    ]


def dead(workspace: Workspace, runs: Sequence[PrefectRun], now: datetime) -> list[PrefectRun]:
    """Return the runs of this workspace that Prefect counts as alive and no process holds."""
    home = workspace.home.resolve()
    return [
        run
        for run in runs
        if run.home
        and Path(run.home).resolve() == home
        and run.state in GRACE
        and now - run.since > GRACE[run.state]
        and not held.is_held(_file(workspace, run.id))
    ]


@contextmanager
def living(workspace: Workspace, run_id: str) -> Iterator[None]:
    """Hold the file of a Prefect run for the length of a block."""
    with held.hold(_file(workspace, run_id)):
        yield


def _file(workspace: Workspace, run_id: str) -> Path:
    return workspace.logs / "running" / f"prefect-{run_id}"
