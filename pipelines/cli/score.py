"""`waakvlam score`: write every scored agreement to a Parquet file, for evaluation."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    as_of: Annotated[
        datetime,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Score with what was known on this day at 00:00."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The Parquet file to write.")],
    json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write corporatie_id, overeenkomst_id, score, rank and reasons of every agreement in scope."""
    from pipelines.delivery import ingest
    from pipelines.reading import inbox
    from pipelines.scoring import cards, score
    from pipelines.warehouse.stores import open_warehouse

    workspace = context.obj
    card = cards.scorecard(workspace)
    deliveries, wrong = inbox.find(workspace.inbox)
    with output.progress(len(deliveries)) as report_progress:
        outcomes = ingest.load_all(workspace, deliveries, lambda delivery: report_progress(delivery.name))
    with open_warehouse(workspace, read_only=True) as con:
        number = score.write_scores(con, workspace, as_of.date(), card, out)
    refused = [str(error) for error in wrong] + [o.refusal for o in outcomes if o.refusal]
    if json:
        output.as_json(
            {
                "file": str(out),
                "agreements": number,
                "as_of": as_of.date(),
                "model": f"{card.name} {card.version}",
                "refused": refused,
            }
        )
    else:
        for text in refused:
            output.say(f"! {text}", "yellow")
        output.say(f"{number} agreements scored as of {as_of.date()} ({card.name} {card.version}): {out}")
    raise typer.Exit(1 if refused else 0)
