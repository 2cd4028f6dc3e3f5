"""`waakvlam quarter`: one page for the manager and the municipality."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines import paper, quarter
from pipelines.cli import output
from pipelines.errors import ConfigurationError
from pipelines.warehouse import open_warehouse
from pipelines.weekly import write_text


def command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The quarter, such as 2026Q4.")],
) -> None:
    """Count what happened with residents, coaches and partners in a quarter; small numbers are hidden."""
    workspace = context.obj
    try:
        since, until = quarter.borders(name)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    with open_warehouse(workspace, read_only=True) as con:
        made = quarter.sections(con, since, until)
    path = workspace.output / f"quarter_{name}.html"
    write_text(path, paper.page(f"{workspace.settings.naam}: {name}", made))
    for section in made:
        if section.rows:
            output.table(section.title, section.columns, section.rows)
    output.say(f"The page: {path}")
