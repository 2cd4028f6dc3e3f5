"""`waakvlam candidate`: what a candidate card would have found, from visited lists."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="A proposal of `waakvlam train`, or `expert`.")],
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Estimate how many of a candidate's places would have had a confirmed need, or say why that is unknown."""
    from pipelines.learning import candidate  # imports scikit-learn
    from pipelines.publishing import pages

    with output.progress() as report_progress:
        report = candidate.run(context.obj, version, progress=report_progress)
    if json:
        output.as_json(report)
        return
    result = report.result
    lists = "1 list" if report.lists == 1 else f"{report.lists} lists"
    output.say(f"{report.card}, against {lists} that coaches had.")
    output.say(f"Of its places {100 * result.overlap:.1f}% had a chance of a visit.")
    output.say(f"Findings: {result.findings}, as precise as {result.effective:.1f} equally weighted ones.")
    if result.weighted is None or result.doubly_robust is None:
        output.say(candidate.REFUSED[result.refused or "no_findings"], "yellow")
        return
    output.say(f"Places with a confirmed need, by inverse propensity: {pages.percents(result.weighted)}")
    output.say(f"The same, doubly robust: {pages.percents(result.doubly_robust)}", "bold")
