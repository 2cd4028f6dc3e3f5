"""`waakvlam pause`: stop publishing the list at once, by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="The person who pauses it; never a resident.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why this cannot wait for a limit; nothing about a resident.")
    ],
) -> None:
    """Publish no list until a role that [stop] decides names runs `waakvlam resume`. Casework goes on."""
    from pipelines.installation import calendar
    from pipelines.proof import hold

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    record = hold.pause(context.obj, by=by, reason=reason, now=calendar.now())
    output.say(
        f"Recorded in line {record.entry.number} of the chain. Coaches still have this week's list: "
        "`waakvlam weekly` empties it now."
    )
