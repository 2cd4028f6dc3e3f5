"""`waakvlam init`: make a workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines import workspace as workspaces
from pipelines.cli import output


def command(
    context: typer.Context,
    corporatie_id: Annotated[
        str, typer.Option(help="Id of the corporation, used where a delivery has none.")
    ] = "demo",
    naam: Annotated[
        str, typer.Option(help="Name of the corporation, printed above the list.")
    ] = "Woningstichting Voorbeeld",
) -> None:
    """Make a workspace: settings with comments, mapping presets, inbox and a key."""
    made = workspaces.init(context.obj.home, corporatie_id=corporatie_id, naam=naam)
    for item in made:
        output.say(f"made {context.obj.home / item}")
    if not made:
        output.say(f"{context.obj.home} is complete; nothing was changed.")
    elif "keys/waakvlam.key" in made:
        output.say("Keep a copy of the key in a safe place: without it warehouse and vault cannot be opened.")
