"""`waakvlam retention`: remove data past their retention period."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    today: Annotated[
        datetime | None,
        typer.Option(
            "--today",
            formats=["%Y-%m-%d"],
            help="Confirm the date of the clock, if nothing was delivered for half a year.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Remove deliveries, lists, names, logs and backups past their retention period, and verify that they are gone."""
    from pipelines.installation import calendar, logs
    from pipelines.operations import retention as retaining

    day = calendar.today()
    with logs.run(context.obj.logs, "retention") as log:
        if today is None or today.date() != day:
            retaining.check_clock(context.obj, day)
        removed = log.stage("retention", retaining.retention, context.obj, day)
        log.count(**{item.kind.replace(" ", "_"): item.number for item in removed})
    if json:
        output.as_json(removed)
        return
    rows = [[item.kind, item.number, item.before] for item in removed]
    output.table("Removed, and verified that nothing remains", ["what", "removed", "from before"], rows)
