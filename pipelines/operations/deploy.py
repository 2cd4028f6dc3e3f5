"""Set up the schedule: the work pool and the deployments of `prefect.yaml`, on the server that is configured.

Prefect's own commands do it; so nothing here differs from what its documentation says.
"""

from __future__ import annotations

import os
import subprocess
import sys

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.places import ROOT
from pipelines.installation.workspace import Workspace

POOL = "waakvlam"


def deploy(workspace: Workspace) -> list[str]:
    """Make the work pool, in which one run is done at a time, and the deployments; again changes nothing.

    Returns
    -------
    list of str
        What was done, one line each.

    Raises
    ------
    ConfigurationError
        No server is configured.
    WaakvlamError
        The server does not answer, or refuses.
    """
    workspace.settings  # noqa: B018 - a workspace must be there
    if not os.environ.get("PREFECT_API_URL"):
        raise ConfigurationError(
            "No Prefect server is configured.",
            where="PREFECT_API_URL",
            mend="Start one (`prefect server start --host 127.0.0.1`) and set PREFECT_API_URL=http://127.0.0.1:4200/api; "
            "or let cron or the Task Scheduler start `waakvlam weekly` (docs/schedule.md).",
        )
    own = {"WAAKVLAM_HOME": str(workspace.home.resolve()), "WAAKVLAM_PROJECT": str(ROOT)}
    _prefect(own, "work-pool", "create", POOL, "--type", "process", "--overwrite")
    _prefect(own, "work-pool", "set-concurrency-limit", POOL, "1")
    _prefect(own, "--no-prompt", "deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml"))
    return [
        f"The work pool {POOL} does one run at a time.",
        "Deployed: weekly, check, retention, training, backfill; `prefect deployment ls` shows them.",
        f"Keep a worker going: `prefect worker start --pool {POOL}`.",
    ]


def _prefect(own: dict[str, str], *words: str) -> None:
    """Run one of Prefect's commands in the clone, where the entrypoints are."""
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    done = subprocess.run(  # noqa: S603 - our own words and paths, no shell
        [sys.executable, "-m", "prefect", *words],
        cwd=ROOT,
        env={**quiet, **os.environ, **own},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
    )
    if done.returncode:
        last = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()][-1:]
        raise WaakvlamError(
            f"`prefect {words[0] if words[0] != '--no-prompt' else 'deploy'}` failed: {' '.join(last)[:300]}",
            where=os.environ["PREFECT_API_URL"],
            mend="See that the server runs: `prefect server start --host 127.0.0.1`.",
        )
