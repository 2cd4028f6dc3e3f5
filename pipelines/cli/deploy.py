"""`waakvlam deploy`: set up the schedule on Prefect's server, or write the files of another scheduler."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    systemd: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write systemd units into this folder instead.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(help="The account that runs the systemd units; default: you.")
    ] = None,
    windows: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write tasks for the Windows Task Scheduler instead."),
    ] = None,
) -> None:
    """Set up the weekly run, its check, the monthly retention and the quarterly proposal on Prefect's server."""
    from pipelines.operations import deploy as deploying
    from pipelines.operations import services

    context.obj.settings  # noqa: B018 - raises when the workspace does not exist
    if systemd:
        for path in services.systemd(context.obj, systemd, user=user):
            output.say(f"made {path}")
        output.say("To start them: see docs/schedule.md.")
    if windows:
        for path in services.windows_tasks(context.obj, windows):
            output.say(f"made {path}")
        output.say("To import one: schtasks /Create /TN waakvlam-weekly /XML waakvlam-weekly.xml")
    if not systemd and not windows:
        for line in deploying.deploy(context.obj):
            output.say(line)
