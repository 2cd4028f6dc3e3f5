"""`waakvlam restore FILE`: put a backup in place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `waakvlam backup` made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the warehouse and vault that are here.")
    ] = False,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="The folder with the keys of then; default those of the workspace."),
    ] = None,
) -> None:
    """Put back warehouse, vault, settings, mappings and artefacts of a backup."""
    from pipelines.installation import logs
    from pipelines.operations import restore as restoring

    done = restoring.restore(file, context.obj.home, replace=replace, keys=keys)
    with logs.run(context.obj.logs, "restore") as log:
        log.count(bytes=done.bytes, rows=done.rows)
    made = done.manifest["made"]
    output.say(f"Restored into {context.obj.home}: {done.rows} rows, as they were at {made[:16]} UTC.")
    output.say("Deliveries in the inbox that came later are loaded by the next `waakvlam weekly`.")
