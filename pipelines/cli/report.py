"""`waakvlam report`: count harm that a visit did, or a complaint about the approach, for the rule that stops the list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="harm or complaint.")],
    by: Annotated[str, typer.Option("--by", help="The person who reports it; never the resident.")],
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="The day on which it happened; default: today."),
    ] = None,
) -> None:
    """Count harm or a complaint about the approach. Nothing about the resident is kept."""
    from pipelines.installation import calendar
    from pipelines.proof import hold

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    day = on.date() if on else calendar.today()
    record = hold.report(context.obj, kind, day, by, calendar.now())
    output.say(f"Recorded in line {record.entry.number} of the chain; it counts from the next weekly run.")
