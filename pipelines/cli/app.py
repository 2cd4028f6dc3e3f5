"""The command line `waakvlam`.

Exit code 0 means success, 1 a problem with the data, 2 a wrong call or wrong settings.

Each verb imports what it needs inside its function, so that `waakvlam --help` loads none of it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from models.errors import EvaluationError, ScorecardError, TrainingError
from pipelines.cli import (
    accept,
    account,
    advice,
    backfill,
    backtest,
    backup,
    candidate,
    chain,
    check,
    demo,
    deploy,
    doctor,
    early_signal,
    effect,
    explain,
    export,
    fairness,
    features,
    fetch,
    history,
    init,
    limits,
    map,
    minimise,
    model_card,
    monitor,
    output,
    pause,
    portal,
    promote,
    quarter,
    recheck,
    report,
    restore,
    resume,
    retention,
    retract,
    rotate_key,
    sample,
    score,
    seals,
    shadow,
    sql,
    status,
    subject,
    train,
    unresolved,
    webhooks,
    weekly,
)
from pipelines.installation.errors import WaakvlamError

app = typer.Typer(
    name="waakvlam",
    help="Early, kind help for tenants in trouble: a weekly shortlist of addresses for the wooncoach.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def home(
    context: typer.Context,
    home: Annotated[
        Path,
        typer.Option(
            "--home", envvar="WAAKVLAM_HOME", help="Folder with the settings, inbox, warehouse and output."
        ),
    ] = Path("data"),
) -> None:
    """List the addresses that need a visit most this week, from data the corporation already has."""
    from pipelines.installation.workspace import Workspace

    context.obj = Workspace(home)


for verb in (
    demo,
    init,
    sample,
    map,
    check,
    fetch,
    weekly,
    score,
    explain,
    features,
    history,
    export,
    sql,
    portal,
    recheck,
    webhooks,
    backup,
    restore,
    retract,
    accept,
    rotate_key,
    backfill,
    status,
    doctor,
    unresolved,
    deploy,
    retention,
    backtest,
    effect,
    train,
    promote,
    early_signal,
    fairness,
    chain,
    minimise,
    candidate,
    account,
    quarter,
    monitor,
    model_card,
    limits,
    report,
    pause,
    resume,
):
    app.command(verb.__name__.rsplit(".", 1)[-1].replace("_", "-"))(verb.command)
for name, group in {"subject": subject, "seals": seals, "shadow": shadow, "advice": advice}.items():
    app.add_typer(group.app, name=name)


class Stopped(SystemExit):
    """The process was asked to end (SIGTERM): open files are closed, and the log says so."""


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise Stopped(128 + number)


def main() -> None:
    """Run the command line. Print errors without a traceback, because a traceback may quote personal data."""
    os.umask(0o077)  # only the owner may read new files: lists hold names and addresses
    # Telemetry of Prefect and Great Expectations is off unless the installation turns it on.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be cp1252
    signal.signal(signal.SIGTERM, _stop)
    try:
        app(prog_name="waakvlam")  # also for `python -m pipelines.cli.app`
    except Stopped:
        output.error("Stopped on request. Start it again: what was done stays.")
        raise
    except WaakvlamError as error:
        output.error(str(error))
        sys.exit(error.exit_code)
    except TrainingError as error:
        output.error(str(error))
        sys.exit(1)
    except (ScorecardError, EvaluationError) as error:
        output.error(str(error))
        sys.exit(2)
    except Exception as error:
        if os.environ.get("WAAKVLAM_TRACEBACK"):  # for developers; it may quote a row
            raise
        from pipelines.installation import faults

        explained = faults.explain(error)
        output.error(str(explained))
        sys.exit(getattr(explained, "exit_code", 1))


if __name__ == "__main__":
    main()
