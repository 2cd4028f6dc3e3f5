"""`waakvlam export`: the lists so far as tables for the analyst's own tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new folder, or that of an earlier export, to update it.")],
    json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write all lists, scores, signals and deliveries as Parquet files without names or addresses (docs/star.md)."""
    from pipelines.exchange.star import write
    from pipelines.installation import logs

    context.obj.settings  # noqa: B018 - raises when the workspace does not exist
    with logs.run(context.obj.logs, "export") as log, output.progress() as report_progress:
        done = log.stage("export", write.export, context.obj, folder, report_progress)
        log.count(**done.rows)
    if json:
        output.as_json(vars(done))
        return
    output.table(f"Tables in {folder}", ["table", "rows"], list(done.rows.items()))
    output.say(f"{len(done.written)} lists written, {len(done.kept)} unchanged, {len(done.removed)} removed.")
    output.say(
        "The files name nobody, but they are personal data: keep them where only analysts can read them."
    )
