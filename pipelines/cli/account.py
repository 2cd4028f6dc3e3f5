"""`waakvlam account`: write the documents in which the organisation publicly explains the list."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; list the outdated documents.")
    ] = False,
) -> None:
    """Write the Algoritmeregister entry, DPIA, IAMA, AI Act record, list of data and privacy statement."""
    from pipelines.evidence import account
    from pipelines.scoring import cards

    workspace = context.obj
    card = cards.scorecard(workspace)
    if check:
        outdated = account.stale(workspace, card)
        for text in outdated:
            output.say(f"! {text}", "yellow")
        if not outdated:
            output.say("Every document is up to date.")
        raise typer.Exit(1 if outdated else 0)
    written = account.write(workspace, card)
    output.say(f"Written to {written.folder}. Anything that a person must decide is marked [INVULLEN].")
    for text in written.incomplete:
        output.say(f"! Not complete yet: {text}", "yellow")
    raise typer.Exit(1 if written.incomplete else 0)
