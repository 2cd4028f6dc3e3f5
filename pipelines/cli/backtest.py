"""`waakvlam backtest`: measure how good past lists would have been."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from models.learning.horizon import HORIZON_WEEKS
from pipelines.cli import managers_page, output
from pipelines.cli.options import Every, Horizon

if TYPE_CHECKING:
    from models.evaluate.comparison import Comparison
    from models.evaluate.found import LeadTime
    from pipelines.exchange.answers import SentAnswer
    from pipelines.installation.workspace import Workspace
    from pipelines.learning.backtest import BacktestReport


def command(
    context: typer.Context,
    every: Every = 4,
    horizon: Horizon = HORIZON_WEEKS,
    capacity: Annotated[
        int | None, typer.Option(min=1, help="Addresses per date; default: the capacity of all coaches.")
    ] = None,
    leads: Annotated[
        bool, typer.Option("--leads", help="Also show what a list that looks further ahead would cost.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Evaluate the card in use on past dates, compare it with simple rankings, and write a report."""
    from pipelines.learning import backtest  # imports scikit-learn and the charts

    with output.progress() as report_progress:
        report = backtest.run(
            context.obj,
            every_weeks=every,
            horizon_weeks=horizon,
            capacity=capacity,
            compare_leads=leads,
            progress=report_progress,
        )
    comparison = report.evaluation
    _send(context.obj, comparison, comparison.in_use, comparison.found[comparison.in_use].lead_time)
    if json:
        output.as_json(backtest.plain(report))
        return
    _print_result(report)
    output.say(f"The report: {backtest.folder(context.obj) / 'backtest.html'} (figures: backtest.json)")


def for_the_manager(workspace: Workspace) -> date:
    """Answer the manager's question with the expert card alone, for the demo: a backtest that costs seconds.

    Returns
    -------
    datetime.date
        The last day that was compared.
    """
    from pipelines.learning import backtest

    comparison, lead = backtest.expert_only(workspace)
    for answer in _send(workspace, comparison, "expert", lead):
        for line in answer.lines:
            output.say(line)
    return comparison.dates[-1]


def _send(workspace: Workspace, comparison: Comparison, judged: str, lead: LeadTime) -> list[SentAnswer]:
    from pipelines.learning import backtest_answer

    answers = backtest_answer.answers(comparison, judged, lead)
    managers_page.send(workspace, comparison.dates[-1], answers)
    return answers


def _print_result(report: BacktestReport) -> None:
    from models.evaluate.ahead import EARLY_WEEKS
    from pipelines.publishing import pages

    result = report.evaluation
    k = str(result.capacities[0])
    rows = [
        [row.label, pages.percents(row.at[k].precision), pages.percents(row.at[k].recall), pages.times(row.at[k].lift)]
        for row in sorted(result.rankings, key=lambda row: -(row.at[k].precision[0] or 0))
    ]  # fmt: skip
    title = f"The first {k} on {len(result.dates)} as-of dates, {result.positives} of {result.rows} rows escalated"
    output.table(title, ["ranking", "precision", "recall", "lift"], rows)
    if report.trade:
        rows = [[str(t.lead_weeks), pages.percent(t.all), pages.percent(t.early)] for t in report.trade]
        columns = ["lead_weeks", "escalates", f"at least {EARLY_WEEKS} weeks later"]
        output.table("Likely or early: share of the places", columns, rows)
    for note in result.notes:
        output.say(note)
    for text in result.verdicts.values():
        output.say(text, "bold")
    for control in result.controls:
        if not control.holds:
            output.say(
                f"! Negative control fails: {control.label}, lift {pages.times(control.lift)}", "yellow"
            )
