"""`waakvlam subject export|erase HUURDER`: answer a tenant who asks what is held, or to be forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text

app = typer.Typer(
    help="Answer a tenant who asks what is held, or to be forgotten.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Huurder = Annotated[str, typer.Argument(help="The tenant's id in the corporation's register.")]


@app.command("export")
def export(
    context: typer.Context,
    huurder: Huurder,
    out: Annotated[Path, typer.Option("--out", help="The file to write (JSON), readable for you only.")],
) -> None:
    """Write everything that is held about a tenant."""
    from pipelines.installation import logs
    from pipelines.operations import subject as subjects

    if out.exists():
        raise ConfigurationError("There is something here already.", where=str(out), mend="Name a new file.")
    with logs.run(context.obj.logs, "subject export"):
        told = subjects.export(context.obj, huurder)
    write_text(out, json.dumps(told, indent=2, ensure_ascii=False, default=str), private=True)
    number = sum(len(value) for value in told.values() if isinstance(value, list))
    output.say(f"{out}: {number} rows, lists and deliveries. Hand it over safely and remove it.")


@app.command("erase")
def erase(
    context: typer.Context,
    huurder: Huurder,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again: this cannot be undone.")] = False,
) -> None:
    """Erase everything that is held about a tenant, and prove it gone."""
    from pipelines.installation import logs
    from pipelines.operations import subject as subjects

    if not yes:
        typer.confirm("Erase everything about this tenant? This cannot be undone", abort=True)
    with logs.run(context.obj.logs, "subject erase") as log:
        done = subjects.erase(context.obj, huurder)
        log.count(rows=sum(done.rows.values()), files=len(done.files))
    output.table(
        "Erased, and looked for again: nothing of it is left",
        ["table", "rows"],
        [[t, n] for t, n in done.rows.items()],
    )
    for path in done.files:
        output.say(f"removed {path}")
    output.say("Backups hold this person until they are past their time; restore one, and erase again.")
    output.say(
        "What the corporation delivers of this person is loaded again: end it there, or register an objection (bezwaren)."
    )
    output.say("`waakvlam weekly` makes the list of this week again, without this person.")
