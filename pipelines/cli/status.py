"""`waakvlam status`: how things are, in ten lines."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    tell: Annotated[
        bool, typer.Option("--tell", help="Send a notice of what is wrong, where cron asks.")
    ] = False,
) -> None:
    """Say how things are: what ran, what is missing, what to do. Exit code 1 where there is something to do."""
    from pipelines.installation import calendar, notify
    from pipelines.operations import status as statuses

    found = statuses.status(context.obj, calendar.now())
    if tell:
        notify.tell(context.obj, "status", found.wrong)
    if json:
        output.as_json(dict(found.lines) | {"wrong": list(found.wrong)})
    else:
        for name, text in found.lines:
            output.say(f"{name:<12} {text}")
        if len(found.wrong) > 1:
            for text in found.wrong:
                output.say(f"! {text}", "yellow")
    raise typer.Exit(1 if found.wrong else 0)
