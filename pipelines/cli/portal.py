"""`waakvlam portal`: the pages of coach, manager and analyst."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output


def command(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8010,
    demo_users: Annotated[
        bool, typer.Option("--demo-users", help="Make a user per role and print the passwords, once.")
    ] = False,
) -> None:
    """Serve the portal on 127.0.0.1: its own database is made or brought up to date first."""
    # Here, since every other verb works without Django.
    from portal import serve

    settings = context.obj.settings
    serve.prepare(context.obj.home.resolve())
    if demo_users:
        made = serve.demo_users({settings.corporatie_id: settings.naam})
        if made:
            output.say("Users for this demo; each password is shown only now:")
            for name, password in made.items():
                output.say(f"  {name:<10} {password}")
        else:
            output.say("The users for the demo were there already; their passwords stay as they are.")
    serve.serve(port, lambda address: output.say(f"The portal is at {address} (stop it with Ctrl+C)."))
