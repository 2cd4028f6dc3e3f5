"""`waakvlam accept FILE`: load one delivery against its gate, on the decision of a named person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="The delivery in the inbox: its path, or its name as the pages show it.")
    ],
    by: Annotated[str, typer.Option("--by", help="The person who decides.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why the delivery is right, without names of tenants.")
    ],
) -> None:
    """Load one delivery that its gate stopped; the decision is kept, and no limit changes for other deliveries."""
    from pipelines.delivery import accept as accepting
    from pipelines.installation import calendar, logs

    with logs.run(context.obj.logs, "accept") as log:
        outcome = log.stage(
            "accept", accepting.accept, context.obj, file, by=by, reason=reason, at=calendar.now()
        )
        assert outcome.batch is not None and outcome.gate is not None
        log.count(rows=outcome.batch.rows_read)
        # The reason is free text, in which a tenant could be named: it stays in the warehouse.
        log.event("accepted", file=outcome.delivery.name, by=by)
    output.say(f"Loaded {outcome.delivery.name}, accepted by {by}, although:")
    for verdict in outcome.gate.failures:
        output.say(f"  {verdict.describe()}", "yellow")
