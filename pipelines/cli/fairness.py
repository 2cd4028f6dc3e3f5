"""`waakvlam fairness`: audit whether the list serves groups equally."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.learning.horizon import HORIZON_WEEKS
from pipelines.cli import managers_page, output
from pipelines.cli.options import Every, Horizon

if TYPE_CHECKING:
    from models.evaluate.fairness import GroupFigures
    from pipelines.installation.workspace import Workspace


def command(
    context: typer.Context,
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups",
            help="CSV of overeenkomst_id;groep that you lawfully keep separately; it is not stored.",
        ),
    ] = None,
    every: Every = 4,
    horizon: Horizon = HORIZON_WEEKS,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Compare selected and missed tenants per wijk, length of tenancy, rent and your own groups."""
    from pipelines.learning import fairness, fairness_answer  # imports scikit-learn and the charts

    with output.progress() as report_progress:
        report = fairness.run(
            context.obj, groups=groups, every_weeks=every, horizon_weeks=horizon, progress=report_progress
        )
    managers_page.send(context.obj, report.dates[-1], fairness_answer.answers(report.dimensions))
    if json:
        output.as_json(report)
        return
    columns = ["group", "selected", "of the escalations, listed", "against elsewhere"]
    for dimension in report.dimensions:
        output.table(
            dimension.name, columns, [[figures.group, *_figures(figures)] for figures in dimension.groups]
        )
        output.say(dimension.verdict, "bold")
        output.say(dimension.proxy_verdict)
        output.say()
    output.say(f"The report: {fairness.folder(context.obj) / 'fairness.html'} (figures: fairness.json)")


def for_the_manager(workspace: Workspace, until: date) -> None:
    """Answer the manager's question from the comparison of groups alone, for the demo: it costs seconds after a backtest."""
    from pipelines.learning import fairness, fairness_answer

    answers = fairness_answer.answers(fairness.without_proxies(workspace))
    managers_page.send(workspace, until, answers)
    for answer in answers:
        for line in answer.lines:
            output.say(line)


def _figures(group: GroupFigures) -> list[str]:
    from pipelines.publishing import pages

    if group.selection is None or group.recall is None or group.recall_ratio is None:
        return ["too few", "–", "–"]
    selected = pages.percents(group.selection, 2)
    return [selected, pages.percents(group.recall), pages.times(group.recall_ratio)]
