"""Create the work pool and the deployments of `prefect.yaml` on the configured Prefect server.

This runs Prefect's own commands, so that its documentation applies unchanged.
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
    """Create the work pool and the deployments, without limits of Prefect; repeating it changes nothing.

    Returns
    -------
    list of str
        One line per completed step.

    Raises
    ------
    ConfigurationError
        No server is configured.
    WaakvlamError
        The server does not answer, or refuses.
    """
    workspace.settings  # noqa: B018 - raises when the workspace does not exist
    if not os.environ.get("PREFECT_API_URL"):
        raise ConfigurationError(
            "No Prefect server is configured.",
            where="PREFECT_API_URL",
            mend="Start one (`prefect server start --host 127.0.0.1`) and set PREFECT_API_URL=http://127.0.0.1:4200/api; "
            "or let cron or the Task Scheduler start `waakvlam weekly` (docs/schedule.md).",
        )
    environment = {"WAAKVLAM_HOME": str(workspace.home.resolve())}
    _prefect(environment, "work-pool", "create", POOL, "--type", "process", "--overwrite")
    _prefect(environment, "work-pool", "clear-concurrency-limit", POOL)
    _prefect(environment, "--no-prompt", "deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml"))
    return [
        f"The work pool {POOL}: the weekly run and those that change data run one at a time, the check at any time.",
        "Deployed: weekly, check, retention, training, backfill; `prefect deployment ls` shows them.",
        f"Keep a worker going: `prefect worker start --pool {POOL}`.",
    ]


def _prefect(environment: dict[str, str], *words: str) -> None:
    """Run a Prefect command in the folder of `prefect.yaml`."""
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    result = subprocess.run(  # noqa: S603 - our own words and paths, no shell
        [sys.executable, "-m", "prefect", *words],
        cwd=ROOT,
        env={**quiet, **os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
    )
    if result.returncode:
        last = [line for line in (result.stderr + result.stdout).splitlines() if line.strip()][-1:]
        raise WaakvlamError(
            f"`prefect {words[0] if words[0] != '--no-prompt' else 'deploy'}` failed: {' '.join(last)[:300]}",
            where=os.environ["PREFECT_API_URL"],
            mend="Check that the server runs: `prefect server start --host 127.0.0.1`.",
        )
