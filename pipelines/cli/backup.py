"""`waakvlam backup FILE`: one encrypted file that was read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output

if TYPE_CHECKING:
    pass


def command(
    context: typer.Context,
    target: Annotated[
        Path, typer.Argument(help="A folder, where it gets a name with the time; or a new file.")
    ],
    with_keys: Annotated[
        bool,
        typer.Option(
            "--with-keys",
            help="Include the keys, encrypted with the passphrase in WAAKVLAM_BACKUP_PASSPHRASE.",
        ),
    ] = False,
) -> None:
    """Save warehouse, vault, settings, mappings and artefacts in one encrypted file, and read it back."""
    from pipelines.installation import logs
    from pipelines.operations import backup as backups

    with logs.run(context.obj.logs, "backup") as log:
        made = log.stage("backup", lambda: backups.backup(context.obj, target, with_keys=with_keys))
        log.count(bytes=made.bytes, rows=made.rows)
    output.say(f"{made.path}: {made.rows} rows, {made.bytes / 1e6:.1f} MB; read back and found the same.")
    if made.keys_inside:
        output.say(
            "The keys are in it, under the passphrase. Whoever has both can read every name and address."
        )
    else:
        output.say(
            f"The keys are NOT in it: without those of {context.obj.keys} nobody can open it, nor can you."
        )
