"""`waakvlam resume`: publish the list again after a limit was broken or a pause by hand, by the recorded decision of a named role."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="The person who decides.")],
    role: Annotated[str, typer.Option("--role", help="A role that [stop] decides names.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the list may be published again.")],
) -> None:
    """Record the decision to publish the list again. The limits then count from today, unless it was paused by hand."""
    from pipelines.installation import calendar
    from pipelines.proof import hold

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    record = hold.resume(context.obj, by=by, role=role, reason=reason, now=calendar.now())
    output.say(f"Recorded in line {record.entry.number} of the chain. Next: `waakvlam weekly`.")
