"""`waakvlam weekly`: run the whole flow from the inbox to the list."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar

if TYPE_CHECKING:
    from pipelines.delivery.accounting import DeliveryReport
    from pipelines.installation.workspace import Workspace
    from pipelines.week import run as flow


AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="Make the list with what was known on this day at 00:00; default: the last Monday.",
    ),
]


def command(
    context: typer.Context,
    as_of: AsOf = None,
    json: Annotated[bool, typer.Option("--json", help="Print the run report as JSON.")] = False,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as a Prefect flow; the default if PREFECT_API_URL is set.")
    ] = False,
    top: Annotated[int, typer.Option(min=0, help="Number of addresses of the list to print.")] = 8,
) -> None:
    """Load new deliveries from the inbox, score, and write this week's list."""
    from pipelines.delivery import freshness

    if as_of is None:
        freshness.check_clock(context.obj, calendar.today())
    day = as_of.date() if as_of else calendar.this_monday()
    as_flow = prefect or bool(os.environ.get("PREFECT_API_URL"))
    run = make_list(context.obj, day, as_flow=as_flow)
    if json:
        output.as_json(run.report)
    else:
        show(context.obj, run, top=top, as_flow=as_flow)
    raise typer.Exit(1 if run.fell_short else 0)


def make_list(workspace: Workspace, day: date, *, as_flow: bool = False) -> flow.Run:
    """Run the week, with a progress bar, or as a Prefect flow."""
    from pipelines.reading import inbox
    from pipelines.week import run as flow

    workspace.settings  # noqa: B018 - raises for wrong settings before any work
    waiting, _ = inbox.find(workspace.inbox)
    if as_flow:
        from pipelines.week.flows import run_flow  # imports Prefect: seconds, and not needed otherwise

        return run_flow(workspace.home, day)
    with output.progress(len(waiting)) as report_progress:
        return flow.run(workspace, day, progress=lambda delivery: report_progress(delivery.name))


def show(workspace: Workspace, run: flow.Run, *, top: int, as_flow: bool = False) -> None:
    """Print the deliveries, counts and first addresses of a run, and its warnings."""
    from pipelines.evidence import account
    from pipelines.scoring import cards

    for text in account.stale(workspace, cards.scorecard(workspace)):
        output.say(f"! {text} Run `waakvlam account` to write it again.", "yellow")
    _print(run, top, as_flow)


def _print(run: flow.Run, top: int, as_flow: bool) -> None:
    report = run.report
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
    better = (report.better_rule,) if report.better_rule else ()
    for text in (*run.fell_short, *run.slow, *warnings, *better):
        output.say(f"! {text}", "yellow")
    for text in report.notes or ():
        output.say(f"- {text}")
    counts = report.counts
    output.say()
    output.say(
        f"{counts.agreements} agreements, {counts.scored} scored, {counts.listed} on the list of {run.as_of} ({report.model})."
    )
    for label, number in run.weekly.counts.items():
        output.say(f"  {number:>7} {label}")
    for notice in run.weekly.notices:
        output.say(notice, "bold")
    for entry in run.weekly.entries[:top]:
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
    if (run.folder / "shortlist.html").exists():
        output.say(f"The list: {run.folder / 'shortlist.html'} (to print: shortlist.xlsx)")
    output.say(f"The run: {run.folder / 'run_report.json'}, {run.folder / 'quality.html'}")


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
