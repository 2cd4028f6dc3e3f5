"""`waakvlam fairness`: audit whether the list serves groups equally."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from models.learning.horizon import HORIZON_WEEKS
from pipelines.cli import output


def command(
    context: typer.Context,
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups",
            help="CSV of overeenkomst_id;groep that you lawfully keep separately; it is not stored.",
        ),
    ] = None,
    every: Annotated[int, typer.Option(min=1, max=52, help="Weeks between as-of dates.")] = 4,
    horizon: Annotated[
        int, typer.Option(min=1, max=104, help="Weeks within which an escalation counts.")
    ] = HORIZON_WEEKS,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Compare selected and missed tenants per wijk, length of tenancy, rent and your own groups."""
    from pipelines.learning import fairness  # imports scikit-learn and the charts

    with output.progress() as tell:
        audit = fairness.run(context.obj, groups=groups, every_weeks=every, horizon_weeks=horizon, tell=tell)
    if json:
        output.as_json(audit.result)
        return
    for one in audit.result["dimensions"]:
        rows = [[g["group"], *_figures(g)] for g in one["groups"]]
        output.table(
            one["name"], ["group", "selected", "of the escalations, listed", "against elsewhere"], rows
        )
        output.say(one["verdict"], "bold")
        output.say(one["proxy_verdict"])
        output.say()
    output.say(f"The report: {audit.folder / 'fairness.html'} (figures: fairness.json)")


def _figures(group: dict[str, Any]) -> list[str]:
    from pipelines.publishing import pages

    if group["too_few"]:
        return ["too few", "–", "–"]
    selected = pages.percents(group["selection"], 2)
    return [selected, pages.percents(group["recall"]), pages.times(group["recall_ratio"])]
