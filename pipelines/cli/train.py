"""`waakvlam train`: propose a scorecard that learned from what came of earlier weeks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from pipelines.cli import output
from pipelines.installation import calendar


def command(
    context: typer.Context,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            help="Learn as on this day: what became known later is not used. Default the last Monday.",
        ),
    ] = None,
    horizon_weeks: Annotated[
        int, typer.Option(min=1, max=156, help="Within how many weeks an escalation counts.")
    ] = 26,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Propose a scorecard with its report. Nothing is installed: `waakvlam promote` does that."""
    from pipelines.learning import training  # imports scikit-learn: a second, and not needed otherwise

    context.obj.settings  # noqa: B018 - wrong settings are told before any work
    day = as_of.date() if as_of else calendar.this_monday()
    with output.progress() as tell:
        card, report = training.propose(context.obj, day, horizon_weeks=horizon_weeks, tell=tell)
    if json:
        output.as_json(report)
    else:
        _tell(report)
        folder = context.obj.artefacts / "scorecards"
        name = f"{card.name}-{card.version}"
        output.say(f"The card: {folder / name}.json. The report: {folder / 'reports' / name}.json")
        if report["adopted"]:
            output.say(f"To install it: waakvlam promote {name} --by NAME")
    raise typer.Exit(0 if report["adopted"] else 1)


def _tell(report: dict[str, Any]) -> None:
    dates = report["as_of_dates"]
    output.say(
        f"{report['version']}: from {report['from']}, {report['escalations']} escalations, "
        f"{len(dates)} as-of dates from {dates[0]} to {dates[-1]}."
    )
    for family in report["families"]:
        held = f"tau {family['tau']}" if family["tau"] else "not moved"
        note = f" {family['note']}" if family["note"] else ""
        output.say(f"  {family['name']}: {family['escalations']} escalations, {held}.{note}")
    for name, rate in report["rates"].items():
        output.say(f"  {name}: points times {rate}")
    rows = [[m["signal"], m["from"], m["below"], m["before"], m["after"]] for m in report["moves"]]
    output.table("Points that moved", ["signal", "from", "below", "before", "after"], rows)
    found = report["looking_back"]["outcomes"].items()
    judged = [
        [name, o["escalations"], o["precision"]["kept"], o["precision"]["learned"], str(o["difference"])]
        for name, o in found
    ]
    columns = ["outcome", "escalations", "kept", "learned", "difference [95%]"]
    output.table("Looking back: precision of the list, on other households", columns, judged)
    output.say(report["verdict"], "bold")
