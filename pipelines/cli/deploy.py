"""`waakvlam deploy`: set up the schedule on Prefect's server."""

from __future__ import annotations

import typer

from pipelines.cli import output


def command(context: typer.Context) -> None:
    """Set up the weekly run, its check, the monthly retention and the quarterly proposal on Prefect's server."""
    from pipelines.operations import deploy as deploying

    for line in deploying.deploy(context.obj):
        output.say(line)
