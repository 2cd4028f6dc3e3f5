"""`waakvlam retention`: remove what is past its time."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Remove deliveries, lists, names, logs and backups past their time, and prove them gone."""
    from pipelines.installation import calendar, logs
    from pipelines.operations import retention as retaining

    with logs.run(context.obj.logs, "retention") as log:
        made = log.stage("retention", retaining.retention, context.obj, calendar.today())
        log.count(**{item.what.replace(" ", "_"): item.number for item in made})
    if json:
        output.as_json([vars(item) for item in made])
        return
    rows = [[item.what, item.number, item.before] for item in made]
    output.table(
        "Removed, and looked for again: nothing of it is left", ["what", "removed", "from before"], rows
    )
