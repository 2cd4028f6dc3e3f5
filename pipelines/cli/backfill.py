"""`waakvlam backfill --from DAY --to DAY`: past lists as they would have been."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    replace: Annotated[bool, typer.Option("--replace", help="Make lists that are there again.")] = False,
) -> None:
    """Make the list of every Monday in a period, from what was known then, with the settings of now."""
    from pipelines.installation import logs
    from pipelines.week import backfill as backfilling

    context.obj.settings  # noqa: B018 - a workspace must be there
    total = len(backfilling.mondays(first.date(), last.date()))
    with logs.run(context.obj.logs, "backfill") as log, output.progress(total) as tell:
        made = backfilling.backfill(
            context.obj, first.date(), last.date(), replace=replace, progress=lambda day: tell(str(day))
        )
        log.count(lists=sum(folder is not None for folder in made.values()))
    for day, folder in made.items():
        output.say(f"{day}: {folder or 'was there, and stays (--replace makes it again)'}")
