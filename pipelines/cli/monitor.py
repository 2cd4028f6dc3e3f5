"""`waakvlam monitor`: compare the recent data with the data on which the card was made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar


def command(
    context: typer.Context,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Default: the last Monday.")
    ] = None,
    reference: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Pin the weeks up to this day as the reference; default if there is none yet: four weeks ago."
        ),
    ] = None,
    weeks: Annotated[int, typer.Option(min=4, max=208, help="Length of a new reference, in weeks.")] = 52,
    json: Annotated[bool, typer.Option("--json", help="Print the comparisons as JSON.")] = False,
) -> None:  # fmt: skip
    """Compare the last weeks with the pinned reference: signals, score, missing values, volume, chances."""
    from pipelines.learning import monitor, monitor_report  # imports scikit-learn
    from pipelines.scoring.cards import scorecard

    workspace = context.obj
    day = as_of.date() if as_of else calendar.this_monday()
    pinned_before = monitor.reference_path(workspace, scorecard(workspace)).exists()
    if reference or not pinned_before:
        last = reference.date() if reference else day - timedelta(weeks=monitor.WINDOW)
        pinned = monitor.pin(workspace, last, weeks=weeks)
        if not json:
            output.say(f"Pinned as reference of {pinned.card}: {pinned.first} to {pinned.last}.")
    report = monitor.watch(workspace, day)
    assert report is not None, "a reference was pinned just now"
    folder = monitor_report.write(workspace, report)
    if json:
        output.as_json(report)
    else:
        nearest = sorted(report.shifts, key=lambda s: -s.value / s.limit)[:8]
        rows = [[s.name, s.kind, s.value, s.limit] for s in nearest]
        output.table("Nearest to their limits", ["what", "of", "found", "limit"], rows)
        for text in report.warnings:
            output.say(f"! {text}", "yellow")
        if not report.warnings:
            output.say("Nothing changed beyond its limit.")
        output.say(f"The report: {folder / 'monitor.html'}")
    raise typer.Exit(1 if report.warnings else 0)
