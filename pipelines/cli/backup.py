"""`waakvlam backup FILE`: write one encrypted file and verify it."""

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
        Path, typer.Argument(help="A new file, or a folder in which the file is named after the time.")
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
        saved = log.stage("backup", lambda: backups.backup(context.obj, target, with_keys=with_keys))
        log.count(bytes=saved.bytes, rows=saved.rows)
    output.say(f"{saved.path}: {saved.rows} rows, {saved.bytes / 1e6:.1f} MB; read back and verified.")
    if saved.keys_inside:
        output.say(
            "The keys are included, encrypted with the passphrase. Anyone with both can read every name and address."
        )
    else:
        output.say(
            f"The keys are NOT included: nobody, including you, can open the backup without the keys in {context.obj.keys}."
        )
