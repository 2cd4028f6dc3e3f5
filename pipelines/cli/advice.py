"""`waakvlam advice add|set-aside|list`: the advice of the tenants' council and the ethics board."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import output

app = typer.Typer(
    help="Record the advice of the tenants' council and the ethics board on a model or an extract.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
About = Annotated[str, typer.Argument(help="Version of a scorecard, or name of an extract.")]


@app.command("add")
def add(
    context: typer.Context,
    about: About,
    body: Annotated[str, typer.Option("--from", help="Who advises, such as huurdersraad.")],
    opinion: Annotated[str, typer.Option("--opinion", help="for, against or conditions.")],
    text: Annotated[str, typer.Option("--text", help="The advice, with its conditions.")],
) -> None:
    """Record an advice. Advice against a card, or against an extract that it reads, blocks `waakvlam promote`."""
    from pipelines.installation import calendar
    from pipelines.proof import advice

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    given = advice.add(context.obj, about, body=body, opinion=opinion, text=text, now=calendar.now())
    output.say(
        f"Recorded: the advice of {given.body} on {given.about} ({given.opinion}). Next: `waakvlam account`."
    )


@app.command("set-aside")
def set_aside(
    context: typer.Context,
    about: About,
    by: Annotated[str, typer.Option("--by", help="The person who decides; the public account shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the public account shows it.")],
) -> None:
    """Record why advice against something is set aside."""
    from pipelines.installation import calendar
    from pipelines.proof import advice

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    for given in advice.set_aside(context.obj, about, by=by, reason=reason, now=calendar.now()):
        output.say(f"Set aside: the advice of {given.body} against {given.about}. Next: `waakvlam account`.")


@app.command("list")
def every(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Print all advice."""
    from pipelines.proof import advice

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    records = advice.every(context.obj)
    if json:
        output.as_json(records)
        return
    rows = [[f"{a.on}", a.about, a.body, a.opinion, a.set_aside[0] if a.set_aside else ""] for a in records]
    output.table("Advice", ["on", "about", "from", "opinion", "set aside by"], rows)
