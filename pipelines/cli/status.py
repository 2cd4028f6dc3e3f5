"""`waakvlam status`: summarise the installation in ten lines."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    tell: Annotated[
        bool, typer.Option("--tell", help="Send a notice of problems; for use from cron.")
    ] = False,
) -> None:
    """Print the last run, missing data and the next action. The exit code is 1 if there is something to do."""
    from pipelines.installation import calendar, notify
    from pipelines.operations import status as statuses

    summary = statuses.status(context.obj, calendar.now())
    if tell and not notify.send(context.obj, "status", summary.wrong):
        output.error(f"The notice did not reach every address. {notify.MEND}")
    if json:
        output.as_json(dict(summary.lines) | {"wrong": list(summary.wrong)})
    else:
        for name, text in summary.lines:
            output.say(f"{name:<12} {text}")
        if len(summary.wrong) > 1:
            for text in summary.wrong:
                output.say(f"! {text}", "yellow")
    raise typer.Exit(1 if summary.wrong else 0)
