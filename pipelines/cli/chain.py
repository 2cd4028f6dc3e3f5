"""`waakvlam chain`: compare groups of tenants at every step, from known data to a kept home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text

if TYPE_CHECKING:
    from pipelines.installation.workspace import Workspace


def command(
    context: typer.Context,
    period: Annotated[str, typer.Argument(help="A quarter such as 2026Q4, or a year such as 2026.")],
    groups: Annotated[
        Path | None,
        typer.Option("--groups", help="First replace the groups kept for auditing by those of this CSV."),
    ] = None,
    forget_groups: Annotated[
        bool, typer.Option("--forget-groups", help="First delete the groups kept for auditing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Compare at every step which groups were known, listed, visited, reached, helped and kept their home."""
    from pipelines.installation import extras

    extras.require("effect", "`waakvlam chain`")
    from json import dumps

    from models.as_json import as_json
    from pipelines.evidence import chain, chain_page
    from pipelines.publishing import paper

    workspace = context.obj
    try:
        chain.borders(period)
    except ValueError:
        raise ConfigurationError(f"{period!r} is neither a quarter (2026Q4) nor a year (2026).") from None
    if groups is not None or forget_groups:
        _keep(workspace, groups)
    report = chain.run(workspace, period)
    sections = chain_page.sections(report)
    path = workspace.output / "fairness" / f"chain_{period}.html"
    write_text(path, paper.page(chain_page.title(report), sections))
    figures = as_json(chain.without_people(report))
    write_text(path.with_suffix(".json"), dumps(figures, indent=2, ensure_ascii=False) + "\n")
    if json:
        output.as_json(figures)
        return
    for section in sections:
        for text in section.texts:
            output.say(text)
        if section.rows:
            output.table(section.title, section.columns, section.rows)
    output.say(f"The page: {path}")


def _keep(workspace: Workspace, groups: Path | None) -> None:
    from pipelines.evidence import audit_groups
    from pipelines.warehouse.stores import attach_vault, open_warehouse

    table = audit_groups.empty()
    if groups is not None:
        table = audit_groups.read_file(groups, workspace.settings.corporatie_id)
    with open_warehouse(workspace) as con:
        attach_vault(con, workspace)
        number = audit_groups.keep(con, table)
    output.say(f"{number} agreements have groups for auditing now, in the vault.")
