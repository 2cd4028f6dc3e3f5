"""`waakvlam subject export|erase HUURDER`: answer a tenant who asks for access to, or erasure of, personal data."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text

app = typer.Typer(
    help="Answer a tenant who asks for access to, or erasure of, personal data.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Huurder = Annotated[str, typer.Argument(help="The tenant's id in the corporation's register.")]


class Kind(StrEnum):
    """What an id is."""

    TENANT = "tenant"
    AGREEMENT = "agreement"


@app.command("export")
def export(
    context: typer.Context,
    whom: Annotated[
        str,
        typer.Argument(
            metavar="HUURDER",
            help="The tenant's id, or the agreement's, or an address such as \"1811 AA 12\".",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", help="The JSON file to write, with a page in plain Dutch beside it.")
    ],
    kind: Annotated[
        Kind | None, typer.Option("--as", help="What the id is, if a tenant and an agreement share it.")
    ] = None,
) -> None:
    """Write all data about a tenant to a file, and a page in plain Dutch: what is used, what it led to, how to object."""
    from pipelines.installation import calendar, logs
    from pipelines.operations import own_page
    from pipelines.operations import subject as subjects

    page = out.with_suffix(".html")
    for path in (out, page):
        if path.exists() or out == page:
            raise ConfigurationError("This file exists already.", where=str(path), mend="Name a new file.")
    with logs.run(context.obj.logs, "subject export"):
        held = subjects.export(context.obj, whom, kind.value if kind else "")
    write_text(out, json.dumps(held, indent=2, ensure_ascii=False, default=str), private=True)
    text = own_page.page(context.obj.settings, held, calendar.today())
    write_text(page, text, private=True)
    number = sum(len(value) for value in held.values() if isinstance(value, list))
    output.say(f"{out}: {number} rows, lists and deliveries. {page}: the same in plain Dutch.")
    output.say("Hand both over safely and remove them.")


@app.command("erase")
def erase(
    context: typer.Context,
    huurder: Huurder,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again: this cannot be undone.")] = False,
) -> None:
    """Erase all data about a tenant, and verify that they are gone."""
    from pipelines.installation import logs
    from pipelines.operations import subject as subjects

    if not yes:
        typer.confirm("Erase everything about this tenant? This cannot be undone", abort=True)
    with logs.run(context.obj.logs, "subject erase") as log:
        erased = subjects.erase(context.obj, huurder)
        log.count(rows=sum(erased.rows.values()), files=len(erased.files))
    output.table(
        "Erased, and verified that nothing remains",
        ["table", "rows"],
        [[t, n] for t, n in erased.rows.items()],
    )
    for path in erased.files:
        output.say(f"removed {path}")
    output.say("Backups keep this person's data until they expire; after restoring one, erase again.")
    output.say(
        "New deliveries about this person are loaded again: stop them at the source, or register an objection (bezwaren)."
    )
    output.say("`waakvlam weekly` makes the list of this week again, without this person.")
