"""`waakvlam history`: export the staged history to Parquet, for an engine that cannot open the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    out: Annotated[
        Path,
        typer.Option("--out", help="The folder to create; for a cluster, one that every worker can read."),
    ],
) -> None:
    """Export the staged history: no names or addresses, but not encrypted either. Remove it after use."""
    from pipelines.scoring import export, history
    from pipelines.warehouse import stores

    with stores.open_warehouse(context.obj, read_only=True) as con:
        exported = export.write(con, history.available(con), out)
    output.say(f"{sum(exported.rows.values())} rows of {len(exported.rows)} tables, not encrypted: {out}")
