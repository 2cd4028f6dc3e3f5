"""`waakvlam retract DELIVERY`: undo the loading of a delivery that was withdrawn."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    delivery: Annotated[str, typer.Argument(help="The file's name, as `waakvlam weekly` told it.")],
) -> None:
    """Undo a loaded delivery: everything is then as if it had never been delivered."""
    from pipelines.delivery import retract as retracting
    from pipelines.installation import logs

    with logs.run(context.obj.logs, "retract") as log:
        done = log.stage("retract", retracting.retract, context.obj, delivery)
        log.count(rows=done.rows)
    output.say(f"Withdrawn: {done.file_name} ({done.rows} rows). Everything is as if it had never come.")
    aside = context.obj.withdrawn / done.file_name
    if aside.exists():
        output.say(f"Its file lies in {aside} until `waakvlam retention` removes it.")
    output.say("Lists made with it stay as they were; `waakvlam backfill` makes them again.")
