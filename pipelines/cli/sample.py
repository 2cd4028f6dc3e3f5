"""`waakvlam sample`: generate the deliveries of an invented demo corporation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.cli import output

Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Peildatum of the last delivery; default the last Monday."),
]


def command(
    context: typer.Context,
    homes: Annotated[int, typer.Option(min=50, max=5_000_000)] = 6000,
    weeks: Annotated[int, typer.Option(min=30, max=1000, help="Weeks of history.")] = 160,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 1,
    until: Day = None,
    deliveries: Annotated[
        int,
        typer.Option(min=1, max=1000, help="Number of final weeks that are written as weekly deliveries."),
    ] = 8,
    variant: Annotated[
        str,
        typer.Option(
            help="Kind of corporation: stad (a city), kust (villages, monthly lists), veen (small towns), "
            "duin (trouble shows late) or polder (old debts, placeholder tenants)."
        ),
    ] = "stad",
) -> None:
    """Write a demo corporation's deliveries into the inbox, with the errors that real deliveries have."""
    from pipelines.installation import calendar
    from pipelines.sample.write import write_corporation

    context.obj.settings  # noqa: B018 - raises when the workspace does not exist
    end = until.date() if until else calendar.this_monday()
    with output.progress() as report_progress:
        written = write_corporation(
            context.obj.inbox,
            homes=homes,
            weeks=weeks,
            seed=seed,
            until=end,
            deliveries=deliveries,
            variant=variant,
            progress=report_progress,
        )
    output.table(f"Demo deliveries in {context.obj.inbox}", ["extract", "files", "rows"], written.table())
