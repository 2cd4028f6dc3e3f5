"""`waakvlam promote`: install a scorecard that a person has read."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError


def command(
    context: typer.Context,
    version: Annotated[
        str | None, typer.Argument(help="A proposal of `waakvlam train`, or `expert` to go back.")
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="The latest proposal that was not refused.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", help="The person who decided; default: the user who is logged in.")
    ] = None,
    accept_fall: Annotated[
        list[str] | None,
        typer.Option(
            "--accept-fall",
            help="Accept that more of this signal gives fewer points beyond what people gave; repeat for each.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Install a scorecard: the weekly run uses it from then on. The one before is kept."""
    from pipelines.learning import promotion  # imports scikit-learn

    context.obj.settings  # noqa: B018 - report wrong settings before any work
    if (version is None) != latest:
        raise ConfigurationError("Name one proposal, or add --latest.", mend="`waakvlam train` creates one.")
    record = promotion.promote(
        context.obj,
        version,
        approved_by=by or getpass.getuser(),
        today=calendar.today(),
        accepted_falls=accept_fall or (),
    )
    if json:
        output.as_json(record)
    else:
        output.say(f"{record.scorecard} is installed, approved by {record.approved_by} on {record.on}.")
        output.say(
            "Next: waakvlam monitor, once. It pins what the data look like; then the weekly run warns of a change."
        )
        if record.before:
            output.say(f"To go back: waakvlam promote {record.before.scorecard}")
