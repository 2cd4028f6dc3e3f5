"""`waakvlam webhooks`: send the messages that other programs wait for, or print a program's secret."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    secret: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Print the secret that this program checks signatures with, and stop."
        ),
    ] = "",
) -> None:
    """Send the webhooks that are due; the weekly run and the portal do the same automatically."""
    from pipelines.exchange import webhooks

    if secret:
        output.say(webhooks.secret(context.obj, secret))
        return
    if not context.obj.settings.webhooks:
        output.say("The settings name no program under [[webhooks]].")
        return
    received, waiting = webhooks.deliver(context.obj)
    output.say(f"{received} messages were received; {waiting} wait for another attempt.")
