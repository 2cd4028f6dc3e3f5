"""`waakvlam weekly`: the whole flow, from the inbox to the list."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar
from pipelines.installation.as_json import as_json

if TYPE_CHECKING:
    from pipelines.delivery.accounting import DeliveryReport
    from pipelines.week import run as flow


AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="The day 00:00 of which is the moment of the list; default the last Monday.",
    ),
]


def command(
    context: typer.Context,
    as_of: AsOf = None,
    json: Annotated[bool, typer.Option("--json", help="Print the run report as JSON.")] = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as a Prefect flow; so it is where PREFECT_API_URL is set.")
    ] = False,
    top: Annotated[int, typer.Option(min=0, help="Print so many addresses of the list.")] = 8,
) -> None:
    """Load what is new in the inbox, score, and write this week's list."""
    from pipelines.delivery import inbox
    from pipelines.evidence import account
    from pipelines.scoring import cards
    from pipelines.week import run as flow

    day = as_of.date() if as_of else calendar.this_monday()
    context.obj.settings  # noqa: B018 - wrong settings are told before any work
    waiting, _ = inbox.find(context.obj.inbox)
    if prefect or os.environ.get("PREFECT_API_URL"):
        from pipelines.week.flows import run_flow  # imports Prefect: seconds, and not needed otherwise

        made = run_flow(context.obj.home, day)
    else:
        with output.progress(len(waiting)) as tell:
            made = flow.run(context.obj, day, progress=lambda delivery: tell(delivery.name))
    if json:
        output.as_json(as_json(made.report))
    else:
        for text in account.stale(context.obj, cards.scorecard(context.obj)):
            output.say(f"! {text} `waakvlam account` writes it anew.", "yellow")
        _tell(made, top, prefect or bool(os.environ.get("PREFECT_API_URL")))
    raise typer.Exit(1 if made.fell_short else 0)


def _tell(made: flow.Run, top: int, as_flow: bool) -> None:
    report = made.report
    rows = [_delivery(d) for d in report.deliveries if d.state != "known"]
    if rows:
        columns = ["delivery", "state", "read", "staged", "seen before", "duplicate", "quarantined"]
        output.table(
            "Deliveries of this run: read = staged + seen before + duplicate + quarantined", columns, rows
        )
    known = sum(d.state == "known" for d in report.deliveries)
    if known:
        output.say(f"{known} deliveries were loaded before.")
    warnings = report.watching.warnings if report.watching else ()
    for text in (*made.fell_short, *made.slow, *warnings):
        output.say(f"! {text}", "yellow")
    counts = report.counts
    output.say()
    output.say(
        f"{counts.agreements} agreements, {counts.scored} scored, {counts.listed} on the list of {made.as_of} ({report.model})."
    )
    for label, number in made.weekly.counts.items():
        output.say(f"  {number:>7} {label}")
    for notice in made.weekly.notices:
        output.say(notice, "bold")
    for entry in made.weekly.entries[:top]:
        output.say()
        output.say(
            f"{entry.coach} {entry.position}. {entry.street}, {entry.postcode_town}".rstrip(", "), "bold"
        )
        for text in (*([entry.safety] if entry.safety else []), *entry.reasons, *entry.news):
            output.say(f"   {text}")
    output.say()
    how = (
        "as a Prefect flow"
        if as_flow
        else "without a Prefect server: none is configured (PREFECT_API_URL), and none is needed"
    )
    output.say(f"Ran {how}.")
    output.say(f"The list: {made.folder / 'shortlist.html'} (to print: shortlist.xlsx)")
    output.say(f"The run: {made.folder / 'run_report.json'}, {made.folder / 'quality.html'}")


def _delivery(report: DeliveryReport) -> list[str | int | None]:
    return [
        report.file,
        report.state,
        report.rows_read,
        report.rows_staged,
        report.rows_seen_before,
        report.rows_duplicate,
        report.rows_quarantined,
    ]
