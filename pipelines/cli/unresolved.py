"""`waakvlam unresolved`: list the objections and flags that match nobody, with the agreements to which each may refer."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List every objection, safety flag, contact and worry that matches nobody, with up to three agreements to which it may refer."""
    from pipelines.warehouse import unresolved
    from pipelines.warehouse.stores import open_warehouse

    with open_warehouse(context.obj, read_only=True) as con:
        rows = unresolved.unresolved(con)
        meant = unresolved.candidates(con) if rows else {}
    if json:
        output.as_json([vars(row) | {"candidates": meant.get((row.file_name, row.line), [])} for row in rows])
    elif not rows:
        output.say("Every objection, safety flag, contact and worry matches somebody in the register.")
    for row in [] if json else rows:
        output.say(row.finding, "yellow")
        agreements = meant.get((row.file_name, row.line))
        output.say(f"  may mean {', '.join(agreements)}" if agreements else "  no agreement comes near")
    if rows and not json:
        output.say(unresolved.MEND)
    raise typer.Exit(1 if rows else 0)
