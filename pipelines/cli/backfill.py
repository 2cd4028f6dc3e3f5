"""`waakvlam backfill --from DAY --to DAY`: make past lists as they would have been."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    replace: Annotated[bool, typer.Option("--replace", help="Replace existing lists.")] = False,
) -> None:
    """Make the list of every Monday in a period, from the data known then, with the current settings."""
    from pipelines.installation import logs
    from pipelines.week import backfill as backfilling

    context.obj.settings  # noqa: B018 - raises when the workspace does not exist
    total = len(backfilling.mondays(first.date(), last.date()))
    with logs.run(context.obj.logs, "backfill") as log, output.progress(total) as report_progress:
        folders = backfilling.backfill(
            context.obj,
            first.date(),
            last.date(),
            replace=replace,
            progress=lambda day: report_progress(str(day)),
        )
        log.count(lists=sum(folder is not None for folder in folders.values()))
    for day, folder in folders.items():
        output.say(f"{day}: {folder or 'exists already (add --replace to make it again)'}")
