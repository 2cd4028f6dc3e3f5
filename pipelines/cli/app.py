"""`waakvlam`: exit code 0 ok, 1 the data fell short, 2 the call was wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from models.errors import EvaluationError, ScorecardError
from pipelines.cli import (
    backtest,
    backup,
    check,
    explain,
    features,
    history,
    init,
    output,
    portal,
    restore,
    retract,
    rotate_key,
    sample,
    score,
    weekly,
)
from pipelines.errors import WaakvlamError
from pipelines.workspace import Workspace

app = typer.Typer(
    name="waakvlam",
    help="Early, kind help for tenants in trouble: a weekly shortlist of addresses for the wooncoach.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def home(
    context: typer.Context,
    home: Annotated[
        Path,
        typer.Option(
            "--home", envvar="WAAKVLAM_HOME", help="The workspace: settings, inbox, warehouse, output."
        ),
    ] = Path("data"),
) -> None:
    """Find the weekly addresses where a visit is most needed, from what the corporation knows already."""
    context.obj = Workspace(home)


for verb in (
    init,
    sample,
    check,
    weekly,
    score,
    explain,
    features,
    history,
    portal,
    backup,
    restore,
    retract,
    rotate_key,
    backtest,
):
    app.command(verb.__name__.rsplit(".", 1)[-1].replace("_", "-"))(verb.command)


def main() -> None:
    """Run the command line; errors that a reader can mend are told without a traceback."""
    # Off unless the installation decides otherwise: neither Prefect nor Great Expectations calls out.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be cp1252
    try:
        app()
    except WaakvlamError as error:
        output.error(str(error))
        sys.exit(error.exit_code)
    except (ScorecardError, EvaluationError) as error:
        output.error(str(error))
        sys.exit(2)


if __name__ == "__main__":
    main()
