"""`waakvlam quarter`: write the quarterly page for the manager and the municipality."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text

if TYPE_CHECKING:
    from pipelines.exchange.collect import Work
    from pipelines.installation.workspace import Workspace


def command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The quarter, such as 2026Q4.")],
) -> None:
    """Count what happened with residents, coaches and partners in a quarter; small numbers are hidden."""
    from pipelines.evidence import quarter
    from pipelines.publishing import paper
    from pipelines.warehouse.stores import open_warehouse

    workspace = context.obj
    try:
        since, until = quarter.borders(name)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    work, problem = _of_portal(workspace, since, until)
    with open_warehouse(workspace, read_only=True) as con:
        sections = quarter.sections(con, since, until, work or problem)
    path = workspace.output / f"quarter_{name}.html"
    write_text(path, paper.page(f"{workspace.settings.naam}: {quarter.titled(name)}", sections))
    for section in sections:
        if section.rows:
            output.table(section.title, section.columns, section.rows)
    output.say(f"The page: {path}")
    if problem:
        output.say(f"! {problem}", "yellow")
        raise typer.Exit(1)


def _of_portal(workspace: Workspace, since: date, until: date) -> tuple[Work | None, str]:
    """Return the counts of the portal and an error message; both are empty without a portal."""
    from pipelines.exchange import collect
    from pipelines.exchange.connection import PortalError

    if not workspace.settings.portal.enabled:
        return None, ""
    try:
        return collect.work(workspace, since, until), ""
    except PortalError as error:
        return None, str(error)
