"""`waakvlam train`: propose a scorecard that learned from the outcomes of earlier weeks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar

if TYPE_CHECKING:
    from pipelines.learning.training_report import LookBack, TrainingReport


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
        int, typer.Option(min=1, max=156, help="Weeks within which an escalation counts.")
    ] = 26,
    small: Annotated[
        int | None,
        typer.Option(
            min=4, max=99, help="Propose a short card of at most this many terms, and report what it costs."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Propose a scorecard with its report. Nothing is installed: `waakvlam promote` does that."""
    from pipelines.learning import training  # imports scikit-learn: a second, and not needed otherwise

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    day = as_of.date() if as_of else calendar.this_monday()
    with output.progress() as report_progress:
        card, report = training.propose(
            context.obj, day, horizon_weeks=horizon_weeks, most_terms=small, progress=report_progress
        )
    if json:
        output.as_json(report)
    else:
        _print_result(report)
        folder = context.obj.artefacts / "scorecards"
        name = f"{card.name}-{card.version}"
        output.say(f"The card: {folder / name}.json. The report: {folder / 'reports' / name}.json")
        if report.adopted:
            output.say(f"To install it: waakvlam promote {name} --by NAME")
    raise typer.Exit(0 if report.adopted else 1)


def _print_result(report: TrainingReport) -> None:
    _print_learning(report)
    _print_looking_back(report.looking_back)
    output.say(report.verdict, "bold")
    if report.kept_note:
        output.say(f"! {report.kept_note}", "yellow")


def _print_learning(report: TrainingReport) -> None:
    dates = report.as_of_dates
    output.say(
        f"{report.version}: from {report.start}, {report.escalations} escalations, "
        f"{len(dates)} as-of dates from {dates[0]} to {dates[-1]}."
    )
    for family in report.families:
        note = f" {family.note}" if family.note else ""
        output.say(f"  {family.name}: {family.escalations} escalations.{note}")
    output.say(f"  points held{', the mean of' if len(report.holds) > 1 else ''}: {'; '.join(report.holds)}")
    if report.dropped:
        output.say(f"  left out: {', '.join(report.dropped)}")
    if report.looking_back.all_terms is not None:
        output.say(f"  precision of past lists with all terms: {report.looking_back.all_terms:.1%}")
    for name, rate in report.rates.items():
        output.say(f"  {name}: points times {rate}")
    rows = [[m.signal, m.at, m.before, m.after] for m in report.moves]
    output.table("Points that moved", ["signal", "value", "before", "after"], rows)
    for fall in report.falls:
        output.say(
            f"! The line falls: {fall.text} `waakvlam promote` asks for --accept-fall {fall.signal}.",
            "yellow",
        )


def _print_looking_back(result: LookBack) -> None:
    from models.evaluate.ahead import EARLY_WEEKS  # imports pandas, which is slow to load

    judged = [
        [name, o.escalations, o.precision["kept"], o.precision["learned"], str(o.difference), str(o.wider)]
        for name, o in result.outcomes.items()
    ]
    columns = ["outcome", "escalations", "kept", "learned", "difference [95%]", "on lists 4 times as long"]
    output.table("Looking back: precision of the list, on other households", columns, judged)
    rules = [
        [rule.label, rule.first, rule.precision, str(rule.learned_less), str(rule.kept_less)]
        for rule in result.rules
    ]
    columns = ["sorted by", "first", "precision", "learned card less this [95%]", "kept card less this [95%]"]
    if rules:
        output.table("The same beside what anyone could sort by", columns, rules)
    if result.untried:
        output.say(
            f"! Not tried, because what they sort by was never delivered: {', '.join(result.untried)}."
        )
    ahead = [
        [a.weeks, a.precision["kept"], a.precision["learned"], a.recall["kept"], a.recall["learned"]]
        for a in result.ahead
    ]
    columns = ["weeks ahead", "precision kept", "learned", "recall kept", "learned"]
    output.table("Of escalations at least this many weeks away", columns, ahead)
    for name, lead in result.lead_time.items():
        output.say(
            f"  {name} card: of {lead.escalations} escalations {lead.listed_before} were on a list before, "
            f"{lead.listed_early} at least {EARLY_WEEKS} weeks before; weeks (quartiles): {lead.weeks}."
        )
