"""Let the flows of a workspace run one at a time, and close the runs that a power cut or a kill left open in Prefect.

Prefect's own limits count a dead run for ever and would cancel every later run. The operating system releases a lock
on a file, however the process ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.context import FlowRunContext
from prefect.states import Crashed, StateType

from pipelines.installation import held, logs, notify
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import dead_runs

SECONDS_BETWEEN_LOOKS = 5


class BusyError(WaakvlamError):
    """Raised if a run of the same kind is busy, so this one is not needed."""


@contextmanager
def turn(workspace: Workspace, verb: str) -> Iterator[None]:
    """Wait until no other flow of this workspace runs, then run the block; other flows wait meanwhile.

    Raises
    ------
    BusyError
        A run of the same verb is busy.
    ConfigurationError
        There is no workspace.
    """
    workspace.settings  # noqa: B018 - raises when the workspace does not exist, before anything is written in it
    with living(workspace):
        close_dead(workspace)
        while True:
            with held.hold(workspace.logs / "running" / "turn") as mine:
                if mine:
                    yield
                    return
            if logs.is_busy(workspace.logs, verb):
                raise BusyError(f"Another {verb} run is busy in this workspace.", where=str(workspace.home))
            time.sleep(SECONDS_BETWEEN_LOOKS)


def close_dead(workspace: Workspace) -> list[dead_runs.PrefectRun]:
    """Set the dead runs of this workspace to Crashed in Prefect, and send a notice about them.

    Returns
    -------
    list of PrefectRun
        The runs that were closed.
    """
    with get_client(sync_client=True) as client:
        states = FlowRunFilterStateType(any_=[StateType(name) for name in dead_runs.GRACE])
        runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)))
        deployments = client.read_deployments()
        closed = dead_runs.dead(
            workspace,
            dead_runs.from_json(
                [run.model_dump(mode="json") for run in runs],
                [{"id": deployment.id, "name": deployment.name} for deployment in deployments],
            ),
            datetime.now(UTC),
        )
        for run in closed:
            message = "Its process is gone; closed by the next run."
            client.set_flow_run_state(UUID(run.id), Crashed(message=message), force=True)
    if closed:
        notify.happened(
            workspace, "cut off", [f"{str(run).capitalize()} was cut off and is closed." for run in closed]
        )
    return closed


def living(workspace: Workspace) -> AbstractContextManager[None]:
    """Hold the file of the current Prefect run, so that no other run takes it for dead; do nothing outside a run."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return nullcontext()
    return dead_runs.living(workspace, str(context.flow_run.id))
