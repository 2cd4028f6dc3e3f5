"""`waakvlam restore FILE`: restore a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A file written by `waakvlam backup`.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the existing warehouse and vault.")
    ] = False,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", help="The folder with the keys of the backup; default: the keys of the workspace."
        ),
    ] = None,
) -> None:
    """Restore warehouse, vault, settings, mappings and artefacts from a backup."""
    from pipelines.installation import logs
    from pipelines.operations import restore as restoring

    restored = restoring.restore(file, context.obj.home, replace=replace, keys=keys)
    with logs.run(context.obj.logs, "restore") as log:
        log.count(bytes=restored.bytes, rows=restored.rows)
    backed_up_at = restored.manifest.made
    output.say(
        f"Restored into {context.obj.home}: {restored.rows} rows, as they were at {backed_up_at[:16]} UTC."
    )
    output.say("The next `waakvlam weekly` loads later deliveries from the inbox.")
