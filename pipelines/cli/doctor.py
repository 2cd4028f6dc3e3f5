"""`waakvlam doctor`: check whether this installation is healthy."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check versions, keys, stores, rights, disk, clock, schedule and freshness; print a remedy for each fault."""
    from pipelines.operations import doctor as doctors

    context.obj.settings  # noqa: B018 - raises when the workspace does not exist
    checks = doctors.examine(context.obj, calendar.now())
    if json:
        output.as_json(checks)
    else:
        for check in checks:
            output.say(
                f"{'!' if check.mend else ' '} {check.name:<10} {check.found}",
                "yellow" if check.mend else None,
            )
            if check.mend:
                output.say(f"             {check.mend}")
    raise typer.Exit(1 if any(check.mend for check in checks) else 0)
