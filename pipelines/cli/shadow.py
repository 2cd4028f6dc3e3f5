"""`waakvlam shadow start|end|verdict`: judge lists that nobody saw, as registered before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli import output
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text

app = typer.Typer(
    help="Judge lists that nobody saw, as registered before: yes, no or not yet.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
By = Annotated[str, typer.Option("--by", help="The person who decides this.")]


@app.command("start")
def start(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="The plan, as TOML; docs/proof.md has an example.")],
    by: By,
) -> None:
    """Register what will be judged, when, and what counts as success or failure. Lists of the period stay unseen."""
    from pipelines.installation import calendar
    from pipelines.proof import register

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    period = register.start(context.obj, plan, by, calendar.now())
    output.say(f"{period.plan.name} is registered in line {period.record.entry.number} of the chain.")
    output.say(f"Nobody sees the lists of {period.plan.starts} to {period.plan.last}.")
    output.say(
        f"The verdict is due on {period.plan.known_on}. Publish the line now: `waakvlam seals publish`."
    )


@app.command("end")
def end(
    context: typer.Context,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Why the period is broken off.")],
) -> None:
    """Break off the current shadow period: its later lists are published, and it has no verdict."""
    from pipelines.installation import calendar
    from pipelines.proof import register

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    period = register.end(context.obj, by, reason, calendar.now())
    output.say(f"{period.plan.name} was broken off. Lists from {period.ended} onwards are published.")


@app.command("verdict")
def verdict(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Name of the period; default: the last one.")] = None,
    with_: Annotated[
        list[Path] | None,
        typer.Option("--with", help="verdict.json of another corporation; repeat for each."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check and open the seals after the horizon, and say yes, no or not yet, with intervals."""
    from pipelines.installation import calendar
    from pipelines.proof import pooled, records
    from pipelines.proof import verdict as verdicts

    period = _period(context.obj, name)
    others = pooled.read(with_ or (), period)
    result = verdicts.judge(context.obj, period)
    if result.period not in [record.content["name"] for record in records.of_kinds(context.obj, "verdict")]:
        public = {"name": result.period, "answer": result.answer}
        records.write(context.obj, "verdict", {"why": result.why}, calendar.now(), public)
    target = context.obj.output / "shadow" / "verdict.json"
    write_text(target, pooled.shared(result, period).model_dump_json(indent=2) + "\n")
    if json:
        output.as_json(result)
        return
    output.say(f"{result.answer.capitalize()}. {result.why}", "bold")
    rows = [[name, own.households, own.escalated] for name, own in result.found.items()]
    output.table("Households on each sealed list", ["list", "households", "escalated"], rows)
    for comparison in result.against:
        output.say(f"Against {comparison.rival}: {verdicts.in_words(comparison)}.")
    if others:
        comparisons, answer, why = pooled.together(result, others, period.plan)
        output.say(f"With {len(others)} other corporations: {answer}. {why}", "bold")
        for comparison in comparisons:
            number = comparison.pooled.corporations if comparison.pooled else 0
            together = f"{number} corporation{'s' * (number != 1)}"
            output.say(f"Against {comparison.rival}, {together}: {verdicts.in_words(comparison)}.")
    output.say(f"To share with other corporations, without a person in it: {target}")


def _period(workspace: Any, name: str | None) -> Any:
    """Return a registered period by name, or the last one."""
    from pipelines.proof import register

    known = {period.plan.name: period for period in register.periods(workspace)}
    if not known or (name and name not in known):
        names = f" (registered: {', '.join(known)})" if known else ""
        raise ConfigurationError(
            f"There is no such shadow period{names}.", mend="`waakvlam shadow start` registers one."
        )
    period = known[name] if name else list(known.values())[-1]
    if period.ended:
        raise ConfigurationError(
            f"{period.plan.name} was broken off on {period.ended}, so it has no verdict."
        )
    return period
