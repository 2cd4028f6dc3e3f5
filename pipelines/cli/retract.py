"""`waakvlam retract DELIVERY`: undo the loading of a withdrawn delivery."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    delivery: Annotated[str, typer.Argument(help="The file's name, as printed by `waakvlam weekly`.")],
) -> None:
    """Undo a loaded delivery, as if it had never been delivered."""
    from pipelines.delivery import retract as retracting
    from pipelines.installation import logs

    with logs.run(context.obj.logs, "retract") as log:
        retracted = log.stage("retract", retracting.retract, context.obj, delivery)
        log.count(rows=retracted.rows)
    output.say(
        f"Withdrawn: {retracted.file_name} ({retracted.rows} rows). Everything is as if it had never come."
    )
    withdrawn = context.obj.withdrawn / retracted.file_name
    if withdrawn.exists():
        output.say(f"Its file is kept as {withdrawn} until `waakvlam retention` removes it.")
    output.say("Lists made with it did not change; run `waakvlam backfill` to make them again.")
