"""`waakvlam minimise`: show what each signal and each extract is worth to the list."""

from __future__ import annotations

from typing import Annotated

import typer

from models.learning.horizon import HORIZON_WEEKS
from pipelines.cli import output
from pipelines.cli.options import Every, Horizon


def command(
    context: typer.Context,
    every: Every = 4,
    horizon: Horizon = HORIZON_WEEKS,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure what the list loses without each signal and extract, and propose the smallest set that keeps 97%."""
    from pipelines.learning import minimise  # imports pandas and the panel

    with output.progress() as report_progress:
        report = minimise.run(context.obj, every_weeks=every, horizon_weeks=horizon, progress=report_progress)
    if json:
        output.as_json(report)
        return
    for section in minimise.sections(report):
        for text in section.texts:
            output.say(text)
        if section.rows:
            output.table(section.title, section.columns, section.rows)
    output.say(f"The page: {minimise.folder(context.obj) / 'minimise.html'} (figures: minimise.json)")
