"""`waakvlam account`: the documents with which the organisation accounts for the list to the public."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; name the documents that are stale.")
    ] = False,
) -> None:
    """Write the Algoritmeregister entry, DPIA, IAMA outline, list of data and privacy statement."""
    from pipelines.evidence import account
    from pipelines.scoring import cards

    workspace = context.obj
    card = cards.scorecard(workspace)
    if check:
        old = account.stale(workspace, card)
        for text in old:
            output.say(f"! {text}", "yellow")
        if not old:
            output.say("No document is older than what it was written from.")
        raise typer.Exit(1 if old else 0)
    made = account.write(workspace, card)
    output.say(f"Written to {made.folder}. What a person must decide is marked [INVULLEN].")
    for text in made.incomplete:
        output.say(f"! algoritmeregister.json cannot be published yet: {text}", "yellow")
    raise typer.Exit(1 if made.incomplete else 0)
