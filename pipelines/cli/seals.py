"""`waakvlam seals verify|publish`: prove that no list was altered, left out, added afterwards or swapped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output

app = typer.Typer(
    help="Prove that no list was altered, left out, added afterwards or swapped between corporations.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("verify")
def verify(
    context: typer.Context,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            exists=True,
            dir_okay=False,
            help="File with lines that `seals publish` printed earlier.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check every sealed list and print the card that made it. The exit code is 1 if something is wrong."""
    from pipelines.proof import verify as verifying

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    published = verifying.published_in(against) if against else []
    result = verifying.verify(context.obj, published)
    if json:
        output.as_json(result)
        raise typer.Exit(1 if result.problems else 0)
    rows = [
        [w.corporation, w.number, f"{w.as_of}", w.made_by, w.card[:12], w.lists, w.removed]
        for w in result.weeks
    ]
    columns = ["corporation", "line", "list of", "made by", "card (SHA-256)", "lists", "removed"]
    output.table("Sealed weeks", columns, rows)
    for text in result.afterwards:
        output.say(f"Sealed afterwards: {text}")
    for text in result.problems:
        output.say(f"! {text}", "yellow")
    if not result.problems:
        known = (
            f", and agrees with {len(published)} published {'line' if len(published) == 1 else 'lines'}"
            if against
            else ""
        )
        output.say(f"Every seal holds{known}: nothing was altered, left out, added or swapped.")
    given = {line.corporation for line in published}
    for name in dict.fromkeys(week.corporation for week in result.weeks):
        if against and name not in given:
            output.say(
                f"{against} has no line of {name}: its whole chain may have been written again.", "yellow"
            )
    if not against:
        output.say(
            "Somebody with the keys can write a whole chain again. To exclude that, add --against FILE."
        )
    raise typer.Exit(1 if result.problems else 0)


@app.command("publish")
def publish(context: typer.Context) -> None:
    """Print the newest line of every chain as corporation, number and hash, to publish where it cannot be changed."""
    from pipelines.proof import verify as verifying

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    for head in verifying.heads(context.obj):
        output.say(str(head))
