"""`waakvlam portal`: the pages of coach, manager and analyst."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import ConfigurationError


def command(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8010,
    demo_users: Annotated[
        bool, typer.Option("--demo-users", help="Make a user per role and print the passwords, once.")
    ] = False,
    analyst: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Make the first analyst, print the password once, and stop; see docs/portal.md.",
        ),
    ] = "",
) -> None:
    """Serve the portal on 127.0.0.1: its own database is made or brought up to date first."""
    # Here, since every other verb works without Django.
    from pipelines.exchange import webhooks
    from pipelines.installation import notify
    from portal import serve

    settings = context.obj.settings
    if not analyst:
        refuse_taken(port)
    serve.prepare(context.obj.home.resolve())
    if analyst:
        password = serve.analyst(analyst, {settings.corporatie_id: settings.naam})
        if not password:
            raise ConfigurationError(f"User {analyst!r} exists already.", where="portal")
        output.say(f"Analyst {analyst}, with a password that is shown only now: {password}")
        return
    if demo_users:
        passwords = serve.demo_users({settings.corporatie_id: settings.naam})
        if passwords:
            output.say("Users for this demo; each password is shown only now:")
            for name, password in passwords.items():
                output.say(f"  {name:<10} {password}")
        else:
            output.say("The users for the demo existed already; their passwords did not change.")
    serve.serve(
        port,
        ready=lambda address: output.say(f"The portal is at {address} (stop it with Ctrl+C)."),
        notice=lambda text: notify.happened(context.obj, "portal", [text]),
        receivers=webhooks.receivers(context.obj),
    )


def refuse_taken(port: int) -> None:
    """Refuse a port on which another program answers, before anything is made for the portal.

    Raises
    ------
    ConfigurationError
        With the option that chooses another port.
    """
    if not port:
        return
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return
    raise ConfigurationError(
        f"Another program uses port {port}.", mend="Choose another port with --port; 0 takes a free one."
    )
