"""`waakvlam init`: create a workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    corporatie_id: Annotated[
        str, typer.Option(help="Id of the corporation, used where a delivery has none.")
    ] = "demo",
    naam: Annotated[
        str, typer.Option(help="Name of the corporation, printed above the list.")
    ] = "Woningstichting Voorbeeld",
    portal: Annotated[
        bool, typer.Option("--portal", help="Let the weekly run publish to the portal and read back from it.")
    ] = False,
) -> None:
    """Create a workspace: settings with comments, mapping presets, inbox and keys."""
    from pipelines.installation import workspace as workspaces

    created = workspaces.init(context.obj.home, corporatie_id=corporatie_id, naam=naam, portal=portal)
    for item in created:
        output.say(f"made {context.obj.home / item}")
    if not created:
        output.say(f"{context.obj.home} is complete; nothing was changed.")
    if "settings.toml" in created and corporatie_id == workspaces.DEMO:
        output.say(workspaces.DEMO_ID)
    if any(item.endswith(".key") for item in created):
        output.say(
            "Keep a copy of the keys in a safe place: without them warehouse and vault cannot be opened."
        )
