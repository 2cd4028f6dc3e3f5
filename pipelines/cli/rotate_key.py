"""`waakvlam rotate-key`: replace the keys of warehouse and vault."""

from __future__ import annotations

import typer

from pipelines.cli import output


def command(context: typer.Context) -> None:
    """Rewrite warehouse and vault, each with a new key of its own."""
    from pipelines.installation import logs
    from pipelines.warehouse import keys

    with logs.run(context.obj.logs, "rotate-key") as log:
        retired = log.stage("rotate", keys.rotate, context.obj)
    output.say(
        f"Warehouse and vault have new keys in {context.obj.keys}. Keep a copy of them in a safe place."
    )
    for path in retired:
        output.say(
            f"The old key is {path}: earlier backups open only with this key. Remove it when those backups are gone."
        )
    output.say("Make a backup now.")
