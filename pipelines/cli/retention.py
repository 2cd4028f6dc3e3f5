"""`waakvlam retention`: remove data past their retention period."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Remove deliveries, lists, names, logs and backups past their retention period, and verify that they are gone."""
    from pipelines.installation import calendar, logs
    from pipelines.operations import retention as retaining

    with logs.run(context.obj.logs, "retention") as log:
        removed = log.stage("retention", retaining.retention, context.obj, calendar.today())
        log.count(**{item.what.replace(" ", "_"): item.number for item in removed})
    if json:
        output.as_json(removed)
        return
    rows = [[item.what, item.number, item.before] for item in removed]
    output.table("Removed, and verified that nothing remains", ["what", "removed", "from before"], rows)
